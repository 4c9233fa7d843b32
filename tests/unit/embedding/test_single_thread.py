"""Short texts on one core: nothing else in the process is narrowed by it, and no vector changes."""

import threading
from pathlib import Path

import pytest

from core import embedding
from core.embedding.runtime.calibration import sample_pictures
from core.settings.schema import ModelSettings


def _threads_of_a_new_thread() -> int:
    import torch

    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


def test_only_its_own_thread_is_kept_on_one_core() -> None:
    import torch

    from core.embedding.runtime.single_thread import SingleThreadExecutor

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        one_core = SingleThreadExecutor()
        for _ in range(2):
            assert one_core.run(torch.get_num_threads) == 1
            torch.zeros(1 << 16).add_(1)
            assert torch.get_num_threads() == 3
            assert _threads_of_a_new_thread() == 3
    finally:
        torch.set_num_threads(before)


def test_what_the_work_raises_reaches_who_asked() -> None:
    from core.embedding.runtime.single_thread import SingleThreadExecutor

    def work() -> int:
        raise ValueError("no such word")

    one_core = SingleThreadExecutor()
    with pytest.raises(ValueError, match="no such word"):
        one_core.run(work)
    assert one_core.run(lambda: 5) == 5


@pytest.mark.parametrize(("small", "alone", "beside_pictures"), [(True, 1, 1), (False, 2, 1)])
def test_how_many_cores_read_a_query(
    models_with_tiny: Path, monkeypatch: pytest.MonkeyPatch, small: bool, alone: int, beside_pictures: int
) -> None:
    import torch

    from core.embedding.runtime import openclip

    monkeypatch.setattr(openclip, "_SMALL_TEXT_TOWER", 10**9 if small else 0)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        encoder = embedding.load("tiny", models_with_tiny, ModelSettings(id="tiny", device="cpu", precision="float32"))
        assert isinstance(encoder, openclip.OpenClipEncoder)
        seen: list[int] = []
        encoder._network.model.text.register_forward_pre_hook(lambda *_: seen.append(torch.get_num_threads()))
        first = encoder.encode_query("a dog on the beach")
        encoder.encode_images(sample_pictures(2, 32))
        second = encoder.encode_query("A dog on the beach")
    finally:
        torch.set_num_threads(before)
    assert seen == [alone, beside_pictures]
    assert second == pytest.approx(first, abs=1e-5)
