"""A folder is written whole or not at all, and only what hetao wrote is replaced."""

from pathlib import Path

import pytest

from api.outcomes import OutputError
from api.output import MANIFEST, replaced_folder


def write(target: Path, **files: str) -> None:
    with replaced_folder(target) as draft:
        for name, text in files.items():
            (draft / name).write_text(text)


def write_half_and_raise(draft: Path, error: type[BaseException]) -> None:
    (draft / "plan").write_text("half")
    raise error


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_folder_appears_whole_with_its_manifest(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "out", plan="one")
    assert names(tmp_path / "deep" / "out") == [MANIFEST, "plan"]
    assert names(tmp_path / "deep") == ["out"]


def test_what_hetao_wrote_is_replaced(tmp_path: Path) -> None:
    write(tmp_path / "out", plan="one", picture="old")
    write(tmp_path / "out", plan="two")
    assert names(tmp_path / "out") == [MANIFEST, "plan"]
    assert (tmp_path / "out" / "plan").read_text() == "two"
    assert names(tmp_path) == ["out"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", plan="one")
    assert (tmp_path / "out" / "plan").read_text() == "one"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_the_previous_folder_whole_and_nothing_beside_it(
    tmp_path: Path, error: type[BaseException]
) -> None:
    write(tmp_path / "out", plan="one")
    with pytest.raises(error), replaced_folder(tmp_path / "out") as draft:
        write_half_and_raise(draft, error)
    assert (tmp_path / "out" / "plan").read_text() == "one"
    assert names(tmp_path) == ["out"]


def test_an_error_removes_the_folders_that_were_made_on_the_way(tmp_path: Path) -> None:
    with pytest.raises(ValueError), replaced_folder(tmp_path / "a" / "b" / "out"):  # noqa: PT011
        raise ValueError
    assert names(tmp_path) == []


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("dear")
    with pytest.raises(OutputError, match="not made by hetao"):
        write(tmp_path / "out", plan="one")
    assert names(tmp_path / "out") == ["thesis.txt"]


def test_a_file_put_beside_the_output_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "out", plan="one")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"notes\.txt"):
        write(tmp_path / "out", plan="two")
    assert names(tmp_path / "out") == [MANIFEST, "notes.txt", "plan"]


def test_an_output_changed_by_hand_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "out", plan="one")
    (tmp_path / "out" / "plan").write_text("mine")
    with pytest.raises(OutputError, match="changed since"):
        write(tmp_path / "out", plan="two")
    assert (tmp_path / "out" / "plan").read_text() == "mine"


@pytest.mark.parametrize("manifest", ["", "[]", "{}"])
def test_a_manifest_that_names_nothing_owns_nothing(tmp_path: Path, manifest: str) -> None:
    write(tmp_path / "out", plan="one")
    (tmp_path / "out" / MANIFEST).write_text(manifest)
    with pytest.raises(OutputError, match="plan"):
        write(tmp_path / "out", plan="two")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        write(tmp_path / "out", plan="one")


def test_a_parent_that_is_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "file" / "out", plan="one")


def test_a_full_disk_is_refused_and_leaves_the_previous_folder_whole(tmp_path: Path) -> None:
    write(tmp_path / "out", plan="one")
    with pytest.raises(OutputError, match="No space left"), replaced_folder(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert (tmp_path / "out" / "plan").read_text() == "one"
    assert names(tmp_path) == ["out"]
