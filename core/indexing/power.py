"""Whether the machine runs on battery."""

import psutil


def on_battery() -> bool:
    """Tell whether the machine has a battery and is not plugged in."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, NotImplementedError):
        # Some systems have no such thing, or a driver that cannot be asked.
        return False
    return battery is not None and battery.power_plugged is False
