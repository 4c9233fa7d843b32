"""A model in use: its encoders, device, dtype and calibration."""
