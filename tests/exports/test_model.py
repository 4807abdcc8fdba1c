"""What an export is, whatever its format."""

from bot.exports.model import Document


def test_a_document_can_be_taken_whole() -> None:
    """For a surface that can only send it at once."""
    document = Document("x.md", "text/markdown", iter([b"a", b"", b"b"]))
    assert document.content() == b"ab"
