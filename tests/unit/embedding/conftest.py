"""Small stand-ins for what SigLIP 2 is made of: its kind of tokenizer, and its kind of towers."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors


@pytest.fixture
def gemma_like(tmp_path: Path) -> Path:
    """A small tokenizer.json built as SigLIP 2's is: pieces with spaces as ▁, bytes for the rest, <eos> at the end."""
    words = ["a", "d", "o", "g", "n", "t", "h", "e", "b", "c", "▁", "do", "dog", "▁dog", "▁a", "on"]
    byte_tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", *byte_tokens, *words]
    merges = [("d", "o"), ("do", "g"), ("▁", "dog"), ("▁", "a"), ("o", "n")]
    numbers = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(numbers, merges, unk_token="<unk>", byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.ByteFallback()
    tokenizer.add_special_tokens(["<pad>", "<eos>", "<bos>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <eos>", pair="$A <eos> $B <eos>", special_tokens=[("<eos>", 1)]
    )
    file = tmp_path / "tokenizer.json"
    tokenizer.save(str(file))
    return file


@pytest.fixture
def siglip_like_folder(gemma_like: Path, tmp_path: Path) -> Path:
    """A model to import: a timm picture tower, a text tower without a mask that is read at its last token."""
    from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

    ensure_torchvision_ops()
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder = tmp_path / "siglip-like-source"
    folder.mkdir()
    shape = {
        "embed_dim": 32,
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 32,
            "timm_model_name": "test_vit",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "linear",
        },
        "text_cfg": {
            "context_length": 8,
            "vocab_size": 300,
            "hf_tokenizer_name": "somewhere/else",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 32,
            "heads": 2,
            "layers": 2,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
        },
    }
    prepare = {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash", "interpolation": "bicubic"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": shape, "preprocess_cfg": prepare}), "utf-8")
    (folder / "tokenizer.json").write_bytes(gemma_like.read_bytes())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = open_clip.CustomTextCLIP(**{name: value for name, value in shape.items() if name != "custom_text"})
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")
    return folder
