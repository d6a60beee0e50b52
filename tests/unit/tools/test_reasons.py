from pathlib import Path

import pytest

from tools.reasons import faults


# The comments under test are put together here, so that the check does not find them in this very file.
@pytest.mark.parametrize(
    ("comment", "right"),
    [
        ("# noqa", False),
        ("# noqa: S608", False),
        ("# noqa: S608, E501", False),
        ("# noqa: S608 - the names come from our own table", True),
        ("# type: ignore[misc]", False),
        ("# type: ignore[misc, arg-type]", False),
        ("# type: ignore[misc]  # the wheel has no types", True),
        ("# TODO: later", False),
        ("# an ordinary sentence", True),
    ],
)
def test_faults_of_a_comment(tmp_path: Path, comment: str, right: bool) -> None:
    path = tmp_path / "x.py"
    path.write_text(f"x = 1  {comment}\n")
    assert (list(faults(path, "x.py")) == []) == right
