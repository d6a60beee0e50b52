"""Assertions of the modules that the tests here share say what they compared."""

import pytest

pytest.register_assert_rewrite("tests.acceptance.program", "tests.acceptance.story", "tests.acceptance.town")
