"""The recipe of `eidetic-starter`, the built-in model, as small resumable steps."""
