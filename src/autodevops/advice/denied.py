"""Files whose content never leaves, whatever stands in them."""

import re

_NAMES = re.compile(
    r"\.env(?:\..*|rc)?|.+\.env|env\.(?:local|prod|production)|\.(?:npmrc|pypirc|netrc|pgpass|htpasswd|"
    r"git-credentials|dockercfg|yarnrc(?:\.yml)?|boto|s3cfg|my\.cnf|bash_history|zsh_history)|_netrc|"
    r"(?:id|ssh_host)_(?:rsa|dsa|ecdsa|ed25519)(?:_.*)?(?:\.pub)?|authorized_keys|known_hosts|"
    r".*\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx|asc|gpg|pgp|crt|cer|der|csr|ppk|ovpn|tfstate|"
    r"tfvars|tfplan|sqlite3?|db|dump|bak|backup|log|har|pcap|kubeconfig)(?:\..*)?|"
    r".*\.tfvars\.json|kubeconfig.*|"
    r".*(?:credential|service[-_.]?account|secret)s?(?:[-_.].*)?\.(?:json|ya?ml|toml|ini|txt|xml)|"
    r"secrets?|credentials?|passwords?(?:\..*)?|\.?vault(?:[-_.].*)?|wp-config\.php|"
    r"\.secrets\.baseline|\.?autodevops.*|.*baseline.*\.json",
    re.IGNORECASE,
)
_FOLDERS = frozenset(
    {".git", ".ssh", ".aws", ".gnupg", ".azure", ".gcloud", ".kube", ".terraform", ".docker"}
)


def is_denied(path: str) -> bool:
    """Tell whether nothing of a file may be sent: environments, keys, credentials, dumps, state.

    Our own configuration and baselines are among them: a model has no business with them.
    """
    *folders, name = path.split("/")
    if not _FOLDERS.isdisjoint(folder.lower() for folder in folders):
        return True
    return _NAMES.fullmatch(name) is not None
