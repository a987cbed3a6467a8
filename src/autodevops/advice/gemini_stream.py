"""Puts the parts of a streamed answer together, and tells whole ones from the others."""

from typing import TYPE_CHECKING

from autodevops.advice.interface import Answer, NoAdviceError, Obstacle
from autodevops.advice.reply import LONGEST

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse


class Reading:
    """What came of a streamed answer so far."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._finish: str | None = None
        self._blocked: str | None = None
        self._tokens: tuple[int | None, int | None] = (None, None)
        self.length = 0
        """Characters so far."""

    def take(self, part: "GenerateContentResponse") -> None:
        """Take the next part; raises NoAdviceError when there is no end to it."""
        feedback = part.prompt_feedback
        if feedback is not None and feedback.block_reason is not None:
            self._blocked = _word(feedback.block_reason)
        used = part.usage_metadata
        if used is not None:
            told = (used.candidates_token_count or 0) + (used.thoughts_token_count or 0)
            self._tokens = (used.prompt_token_count, told)
        for candidate in (part.candidates or ())[:1]:
            if candidate.finish_reason is not None:
                self._finish = _word(candidate.finish_reason)
            content = candidate.content
            for piece in (content.parts or ()) if content is not None else ():
                if piece.text and not piece.thought:
                    self._texts.append(piece.text)
                    self.length += len(piece.text)
        if self.length > LONGEST:
            raise NoAdviceError(Obstacle.WRONG_SHAPE, "the model's answer is endless")

    def answer(self) -> Answer:
        """Return the whole answer; raises NoAdviceError for one that was kept back or cut off."""
        text = "".join(self._texts)
        if self._blocked is not None:
            reason = f"Gemini did not pass the question on to the model ({self._blocked})"
            raise NoAdviceError(Obstacle.BLOCKED, reason)
        match self._finish:
            case "STOP":
                tokens_in, tokens_out = self._tokens
                return Answer(text=text, tokens_in=tokens_in, tokens_out=tokens_out)
            case None if not text:
                raise NoAdviceError(Obstacle.EMPTY, "the model's answer is empty")
            case None | "MAX_TOKENS" | "CONTINUATION":
                raise NoAdviceError(Obstacle.CUT_OFF, "the model's answer was cut off")
            case other:
                reason = f"the model's answer was kept back ({other})"
                raise NoAdviceError(Obstacle.BLOCKED, reason)


def _word(value: object) -> str:
    return str(getattr(value, "value", value))
