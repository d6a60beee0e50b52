"""The workflows that ship with Sunup: one YAML document each, beside this file, with their transcripts in them.

`sunup/shipped.py` publishes them. A new one is one more document here; a test checks and plays them all.
"""
