"""How the models that Eidetic ships are made. Not part of the installed program."""
