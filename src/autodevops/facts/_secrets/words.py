"""Which names promise a secret, and which values are only words: placeholders, defaults, templates.

All patterns are linear; they run on single names and values, never on whole files.
"""

import re

from autodevops.facts._words import words
from autodevops.model.patterns import regex

_SECRET_NAME = regex(
    r"pass(?:word|wd|phrase|code)|(?:^|[_.-])(?:pwd|pass|pw|psk)(?:$|[_.-])|secret|token|credential"
    r"|(?:api|access|auth|private|encryption|encrypt|signing|sign|master|service|account|shared"
    r"|storage|session|cookie|hmac|jwt|admin|deploy|license|licence|server|app|sync|role|fernet|aes"
    r"|salt|webhook|logged[_.-]in|nonce)[_.-]?key|apikey|bearer|connection[_.-]?string"
    r"|(?:auth|logged_in|nonce)_salt"
)
_PLAIN_NAME = regex(
    r"(?:[_.-]|^)(?:ids?|urls?|uris?|path|file|files|filename|name|names|length|len|size|expir\w*"
    r"|ttl|age|type|types|fields?|headers?|hint|regexp?|pattern|policy|label|title|text|desc\w*"
    r"|message|msg|error|errors|placeholder|envs?|vars?|variable|prefix|suffix|count|limit|max|min"
    r"|endpoint|hash|hashes|hashed|digest|checksum|integrity|fingerprint|arn|refs?|status|state"
    r"|algorithm|alg|class|kind|format|version|required|enabled|disabled|rotation|rotated|owner"
    r"|selector|locator|xpath|element|input|button|resolver|provider|parser|manager|store|storage"
    r"|bucket|region|scope|scopes|host|port|dir|directory|folder|location|usage|index|comment"
    r"|used|seen|rounds|strength|reset|change|changed|updated|created|stdin|regex|rx|re|variant)$"
    r"|\.(?:php|py|rb|go|rs|js|jsx|ts|tsx|vue|java|kt|cs|cpp|swift|html?|css|json|ya?ml|md|svg|png)$"
    r"|public|publishable|(?:^|[_.-])(?:anon|site|max|min|num|n|csrf|xsrf|pad|eos|bos|unk|sep|cls"
    r"|mask|next|page|cancellation|continuation|sync|change|request|idempotency|marker|pagination"
    r"|starting|version|correlation|hash)[_.-]?(?:token|key)s?$|tokeniz|tokens$"
    r"|hashed|sha1|sha256|secret[_.-]?(?:name|ref|id|manager)|keyring|keyword|keyboard|foreign"
    r"|primary[_.-]key|sort[_.-]key|partition|cache[_.-]key|passthrough|bypass"
)
_CAMEL = regex(r"(?<=[a-z0-9])(?=[A-Z])")


def flat_name(name: str) -> str:
    """Return a variable's name in lower case with `_` between its words."""
    return _CAMEL.sub("_", name).lower()


def names_secret(name: str) -> bool:
    """Tell whether a variable of that name is meant to hold a secret: `API_KEY`, `dbPassword`.

    `SECRET_NAME`, `TOKEN_URL`, `PUBLIC_KEY`, `PASSWORD_FILE` and the like hold none.
    """
    return _SECRET_NAME.search(flat_name(name)) is not None and not holds_something_else(name)


def holds_something_else(name: str) -> bool:
    """Tell whether a variable of that name is meant to hold no secret: `CLIENT_ID`, `TOKEN_URL`."""
    return _PLAIN_NAME.search(flat_name(name)) is not None


_REFERENCE = regex(
    r"^\$\w+$|^%\w+%$|^@\w+@$|\$\{|\$\(|\{\{|\}\}|<%|%\(\w+\)|^#\{|^\{\w*\}$|^%[sdrq]$"
    r"|(?:^|\W)(?:process\.env|import\.meta\.env|os\.environ|os\.getenv|getenv|env|environ|secrets"
    r"|vars|var|local|data|module|config|settings|inputs|outputs|steps|needs|params|props|self"
    r"|this|args|options|opts|request|req|ctx|context|each|path)[.(\[]\w*"
    r"|^(?:arn|op|ssm|vault|awssm|gcpsm|azkv|keyring|file|ref\+\w+|doppler|secret|secrets|env"
    r"|aws-sm|sops|bws|akeyless|conjur|keeper|chamber)(?::|://)"
    r"|^\$[A-Z_][A-Z0-9_]{2,60}[,;:/&|@]"
    r"|^(?:type=\w+,)?id=[\w./-]+(?:,(?:src|source|env|type)=[^,\s]+)*$"
    r"|^projects/[^/]+/secrets/|^ENC\[|^\$ANSIBLE_VAULT|^!vault|^@Microsoft\.KeyVault|^!\w+"
    r"|^\w+\(.*\)$|^fn::|^\{?(?:cipher|ENC)\}?[({]"
)
_PLACEHOLDER = regex(
    r"<[^<>]*>|^\[[^\[\]]*\]$|\*{3,}|\.{3,}|\u2026|x{4,}|X{4,}|#{4,}|_{4,}|-{4,}|\?{3,}|0{8,}"
    r"|(?i:example|sample|placeholder|change[-_.]?(?:me|it|this)|replace[-_.]?|redacted|dummy"
    r"|fake|todo|fixme|not[-_.]?a?[-_.]?(?:real|set|used|needed|secret)|your[-_. ]|your(?:key|token"
    r"|secret|password|api)|goes[-_.]?here|insert[-_.]|fill[-_.]?(?:in|me)|to[-_.]be[-_.]"
    r"|enter[-_.]|set[-_.]?me|provide[-_.]|generate[-_.]|put[-_.]|unused|undefined|lorem|mocked|mock[-_.]"
    r"|invalid|bogus|foobar|deadbeef|cafebabe|badc0ffee|none$|null$|nil$|true$|false$|n/a$|tbd$)"
    r"|(?i:[-_.](?:here|goes)$)|(?i:^some[-_.])|(?i:^my[-_.])|(?i:^the[-_.])"
    r"|^(?=[A-Z0-9_]{6,60}$)(?:[A-Z0-9]+_)+(?:PASSWORD|SECRET|TOKEN|KEY|CREDENTIALS?)$"
    r"|^(?=[a-z0-9_]{6,60}$)[a-z]+(?:[a-z0-9]*_)+(?:password|passwd|secret|token|key|credentials?)$"
    r"|(?:^|[-_./:])%[sd](?:$|[-_./:])"
)
_RUN = regex(r"(.)\1{5,}")
_SEQUENCES = (
    "0123456789", "1234567890", "123456789", "abcdefghij", "abcdef123456", "abc123def456",
    "0123456789abcdef", "fedcba98", "987654321", "qwertyuiop", "asdfghjkl", "abcd1234", "1234abcd",
    "11223344", "a1b2c3", "1a2b3c4d", "aabbccdd", "112233445566", "b2c3d4e5", "c3d4e5f6",
    "2345678", "9a8b7c6d", "4d5e6f7a", "5e6f7a8b", "6f7a8b9c", "d4e5f6a7", "e5f6a7b8",
    "abc123xyz", "1q2w3e4r", "q1w2e3r4", "1qaz2wsx", "zaq12wsx",
)  # fmt: skip
_LONG = 300


def is_reference(value: str) -> bool:
    """Tell whether a value only points to where the secret is: `${X}`, `{{ x }}`, `os.environ`."""
    return _REFERENCE.search(value[:_LONG]) is not None


def is_placeholder(value: str) -> bool:
    """Tell whether a value stands for another: `<your-key>`, `changeme`, `xxxx`, a key of examples.

    Published example keys (`...EXAMPLE`) count, and so do keys typed along the keyboard.
    """
    head = value[:_LONG]
    lowered = head.lower()
    return (
        _PLACEHOLDER.search(head) is not None
        or _RUN.search(head) is not None
        or any(sequence in lowered for sequence in _SEQUENCES)
    )


_WEAK_WORDS = words(
    """
    administrator administration placeholder development production localhost password
    passphrase passcode secret secrets passwd example postgresql postgres default testing tester
    test demo staging stage local insecure unsafe changeit changeme rabbitmq rabbit mysql
    mariadb mongodb mongo redis elastic elasticsearch minioadmin minio grafana prometheus
    keycloak airflow root admin user username guest anonymous public private super really very
    strong long random safe secure not for only use dev prod the this that with and from please
    letmein welcome hello world qwerty dragon monkey hunter sample dummy fake foo bar baz qux
    string value token auth key keys api app apps service server client backend frontend worker
    database data base db pg sql jwt session cookie signing encryption encrypt access refresh
    bearer my me you your our pass pwd login supabase docker compose kubernetes vault ci build
    make run shop acme company team project master main new old temp tmp some any no none yes
    true false empty here todo xxx abc aws s3 smtp mail email http https web site line chars
    characters minimum least at in of to is a be it or as replication replicator sa system sys
    oracle ansible vagrant travis github gitlab jenkins sonar nexus artifactory correct horse
    battery staple
    """
)
_WEAK = regex("|".join(sorted(_WEAK_WORDS, key=lambda word: (-len(word), word))))
_WEAK_RESIDUE = 3


def is_weak(value: str) -> bool:
    """Tell whether a value is made of words that everybody knows: `postgres`, `dev_secret-123`."""
    lowered = value.lower()
    plain = re.search(r"[^\w.!-]", value) is None
    if plain and _worn(lowered) is not None:
        return True
    typed = plain or _UNTYPED.search(value) is None
    return typed and any(
        (_worn(told) or 0) >= _WORN for told in (lowered, lowered.translate(_LEET))
    )


def _worn(lowered: str) -> int | None:
    """Return how many letters are weak words; None when more than a few are not."""
    letters = re.sub(r"[\W\d_]+", " ", lowered)
    residue = len("".join(_WEAK.sub("", letters).split()))
    return None if residue > _WEAK_RESIDUE else sum(map(str.isalpha, letters)) - residue


_WORN = 6
_UNTYPED = regex(r"[^\w.!@#$%&*?+/,=~-]")
_LEET = str.maketrans("@430157$", "aaeolsts")
"""How people write letters as digits and marks; a value in such letters is no less a word."""
