"""Follows a script through its syntax tree and says of each command where its failure goes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autodevops.facts._shell import tree
from autodevops.facts._shell.fate import (
    SEEN,
    UNKNOWN,
    VALUE,
    Judge,
    Place,
    Sink,
    touches_status,
)
from autodevops.facts._shell.options import Options
from autodevops.facts._shell.parts import Fate, Script
from autodevops.facts._shell.record import Recorder, SpentError
from autodevops.facts._shell.tree import Statement

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 60
"""Deepest nesting that is followed."""
MAX_STATEMENTS = 50_000
"""Most statements that are walked: functions that call functions can double them at each step."""

_LEAVES = frozenset({"break", "continue", "exit", "return"})


def follow(text: str, opaque: Sequence[str], *, errexit: bool, pipefail: bool) -> Script:
    """Return the commands of a script whose opaque parts are masked by words."""
    data = text.encode("ascii", errors="replace")
    root = tree.root_of(data)
    if root is None:
        return Script(commands=(), problem="it takes too long to read")
    record = Recorder(opaque)
    flow = _Flow(data, record, Options(errexit=errexit, pipefail=pipefail))
    problem = "it is not wholly in the language of bash" if root.has_error else None
    try:
        flow.body(tree.statements(root.children), Place(SEEN, SEEN, SEEN))
    except SpentError:
        problem = "it runs too many commands, or nests too deeply, to follow"
    return Script(commands=tuple(record.commands), problem=problem)


class _Flow:
    """Walks the statements in the order of the text."""

    def __init__(self, text: bytes, record: Recorder, options: Options) -> None:
        self._record = record
        self._text = text
        self._options = options
        self._functions: dict[str, Node] = {}
        self._judge = Judge(text, self._functions)
        self._nested_scripts: dict[tuple[str, str], Script] = {}
        self._depth = 0
        self._walked = 0
        self._walkers: dict[str, Callable[[Node, Place], None]] = {
            "ERROR": self._unfollowed,
            "c_style_for_statement": self._loop,
            "case_statement": self._case,
            "command": self._command,
            "compound_statement": self._group,
            "do_group": self._group,
            "else_clause": self._group,
            "for_statement": self._loop,
            "function_definition": self._define,
            "if_statement": self._if,
            "list": self._list,
            "negated_command": self._unfollowed,
            "pipeline": self._pipeline,
            "redirected_statement": self._redirected,
            "subshell": self._subshell,
            "variable_assignment": self._assignment,
            "variable_assignments": self._assignment,
            "while_statement": self._loop,
        }

    def body(self, statements: Sequence[Statement], place: Place) -> None:
        """Walk a list of statements; the last one's status becomes the list's."""
        for at, (node, background) in enumerate(statements):
            following = statements[at + 1].node if at + 1 < len(statements) else None
            status = place.status if following is None else self._left_behind(node, following)
            fail = place.abort if self._options.errexit and place.abort is not None else status
            piped = None
            if following is not None and b"PIPESTATUS" in (following.text or b""):
                piped = self._judge.kept(following, self._options.lax)
            here = Place(fail, status, place.abort, piped)
            self.visit(node, Place.all(self._sent_off(node)) if background else here)

    def _left_behind(self, node: "Node", following: "Node") -> Sink:
        """Return where a status goes that does not end the shell."""
        hidden = self._options.lax
        if self._options.errexit:
            hidden = Sink(Fate.HIDDEN, "&&, after which the script goes on", node.end_point[0])
        return self._judge.kept(following, hidden) if touches_status(following) else hidden

    def _sent_off(self, node: "Node") -> Sink:
        if b"wait" in self._text[node.end_byte :]:
            return UNKNOWN
        return Sink(Fate.HIDDEN, "&", node.end_point[0])

    def visit(self, node: "Node", place: Place) -> None:
        """Walk one statement."""
        self._depth += 1
        self._walked += 1
        if self._depth > MAX_DEPTH or self._walked > MAX_STATEMENTS:
            raise SpentError
        walk = self._walkers.get(node.type)
        if walk is None:
            self._substitutions(node)
        else:
            walk(node, place)
        self._depth -= 1

    def _group(self, node: "Node", place: Place) -> None:
        self.body(tree.statements(node.children), place)

    def _unfollowed(self, node: "Node", _place: Place) -> None:
        self.body(tree.statements(node.children), Place.all(UNKNOWN))

    def _list(self, node: "Node", place: Place, output: tuple[str, ...] = ()) -> None:
        """Walk what `&&` and `||` join; `output` is redirected from the last of it."""
        operands, operators = tree.operands(node)
        places = [place]
        beyond = place.status
        for operator, right in zip(reversed(operators), reversed(operands), strict=False):
            if operator == "||":
                how = f"|| {tree.shortened(right)}"
                beyond = self._judge.handled(right, places[-1].fail, how)
            elif tree.first_word(right) in _LEAVES:
                beyond = UNKNOWN
            places.append(Place.all(beyond))
        for operand, here in zip(operands[:-1], reversed(places[1:]), strict=True):
            self.visit(operand, here)
        self._written(operands[-1], place, output)

    def _pipeline(self, node: "Node", place: Place, output: tuple[str, ...] = ()) -> None:
        """Walk the parts of a pipe; `output` is redirected from the last one."""
        parts = [part for part in node.children if part.is_named]
        for at, part in enumerate(parts[:-1]):
            sink = place.fail
            if not self._options.pipefail:
                follower = tree.shortened(parts[at + 1]).split(" ", 1)[0]
                hidden = Sink(Fate.HIDDEN, f"| {follower}", parts[at + 1].start_point[0])
                sink = place.piped or hidden
            self.visit(part, Place.all(sink))
        if parts:
            self._written(parts[-1], place, output)

    def _written(self, node: "Node", place: Place, output: tuple[str, ...]) -> None:
        """Walk a statement whose output goes to these files."""
        kept = self._record.output
        self._record.output = kept + output
        self.visit(node, place)
        self._record.output = kept

    def _redirected(self, node: "Node", place: Place) -> None:
        output = tree.redirect_targets(node)
        inner = node.child_by_field_name("body")
        if inner is None:
            return
        handler = tree.heredoc_handler(node)
        if handler is not None:
            operator, right = handler
            how = f"{operator} {tree.shortened(right)}"
            sink = self._judge.handled(right, place.fail, how) if operator == "||" else place.fail
            self._written(inner, Place.all(sink), output)
            self.visit(right, place)
        elif inner.type == "list":
            self._list(inner, place, output)
        elif inner.type == "pipeline":
            self._pipeline(inner, place, output)
        else:
            self._written(inner, place, output)

    def _if(self, node: "Node", place: Place) -> None:
        clauses = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
        for at, clause in enumerate([node, *clauses]):
            if clause.type == "else_clause":
                self.visit(clause, place)
                continue
            condition, then = tree.condition(clause)
            self._condition(condition, then, clauses[at : at + 1], place)
            self.body(then, place)

    def _condition(
        self,
        condition: Sequence[Statement],
        then: Sequence[Statement],
        otherwise: "Sequence[Node]",
        place: Place,
    ) -> None:
        if not condition:
            return
        decider = condition[-1].node
        hidden = Sink(Fate.HIDDEN, "if", decider.start_point[0])
        if decider.type == "negated_command":
            decider = decider.children[-1]
            sink = self._judge.decided(then, place.fail, hidden)
        elif not otherwise:
            sink = UNKNOWN if self._judge.may_be_redeemed(then) else hidden
        elif otherwise[0].type == "else_clause":
            statements = tree.statements(otherwise[0].children)
            sink = self._judge.decided(statements, place.fail, hidden)
        else:
            sink = UNKNOWN
        self.body(condition[:-1], Place.all(UNKNOWN))
        self.visit(decider, Place.all(sink))

    def _loop(self, node: "Node", place: Place) -> None:
        for child in node.children:
            if child.type == "do_group":
                self.visit(child, Place(place.fail, UNKNOWN, place.abort))
            elif node.type == "while_statement" and child.is_named:
                self.visit(child, Place.all(UNKNOWN))
            else:
                self._substitutions(child)

    def _case(self, node: "Node", place: Place) -> None:
        for item in node.children:
            if item.type == "case_item":
                marks = [at for at, child in enumerate(item.children) if child.type == ")"]
                self.body(tree.statements(item.children[marks[0] + 1 :] if marks else []), place)

    def _subshell(self, node: "Node", place: Place) -> None:
        kept = replace(self._options)
        abort = None if place.abort is None else place.fail
        self.body(tree.statements(node.children), Place(place.fail, place.fail, abort))
        self._options = kept

    def _define(self, node: "Node", _place: Place) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            self._functions[tree.source(name)] = body

    def _assignment(self, node: "Node", place: Place) -> None:
        for assignment in tree.assignments(node):
            name = tree.assigned_name(assignment)
            printed = self._judge.is_mentioned(name, node.end_byte)
            used = not printed or self._judge.is_used([name], node.end_byte)
            sink = VALUE if used and place.fail.fate is not Fate.SEEN else place.fail
            self._substitutions(assignment, sink, value=used)

    def _substitutions(self, node: "Node", sink: Sink = VALUE, *, value: bool = True) -> None:
        """Walk what runs inside `$(...)`; what is hidden there only made a value."""
        kept = replace(self._options), self._record.output
        self._record.output = ()
        self._record.values += value
        for found in tree.substitutions(node):
            self.body(tree.statements(found.children), Place.all(sink))
        self._record.values -= value
        self._options, self._record.output = kept

    def _command(self, node: "Node", place: Place) -> None:
        self._substitutions(node)
        argv = tree.words(node)
        if not argv:
            return
        body = self._functions.get(argv[0])
        if body is not None:
            self.visit(body, place)
            return
        self._options.obey(argv, node)
        self._record.add(node, self._options.last_word(place.fail))
        self._nested(argv, node, place)

    def _nested(self, argv: list[str], node: "Node", place: Place) -> None:
        """Walk the script of `bash -c '...'`, wherever in the line it stands.

        It is followed once, however often the function around it is called.
        """
        found = tree.nested_script(argv)
        if found is None:
            return
        if found not in self._nested_scripts:
            text, flags = found
            self._nested_scripts[found] = follow(text, (), errexit="e" in flags, pipefail=False)
        self._record.add_nested(self._nested_scripts[found], node.start_point[0], place.fail)
