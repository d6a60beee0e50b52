"""The commands of `sunup`: one file each, joined in `sunup/__main__.py`.

May import everything of ours. A new command is a file here and one line there.
"""
