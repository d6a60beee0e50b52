"""Checks that `make check` and `make lock` run on this repository itself.

May import nothing of the product. Add a check as a module with `main() -> int`
and call it from the Makefile.
"""
