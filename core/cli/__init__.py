"""The command line, `eidetic`: one module a group of commands. Front end only; all work is done by the engine.

Modules here import what is heavy (the engine, the catalog, torch) inside the commands, so that help is instant.
"""
