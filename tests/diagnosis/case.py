"""What a line of the tables of texts holds, and the identifiers that the texts share."""

from dataclasses import dataclass, field

REQUEST = "790d21d9-68fb-457f-b1a4-674c11e3bf00"
CORRELATION = "62e76ee1-52af-46d3-ba8f-3f0be6aea289"
TENANT = "11111111-2222-4333-8444-555555555555"
POLICY = "0f1e2d3c-4b5a-4697-8877-665544332211"
AZ_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
ROLE = "arn:aws:sts::123456789012:assumed-role/Admin/ops"
SCP_ARN = (
    "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
)
SCP = "with an explicit deny in a service control policy"
EVENT = "e1a2b3c4-0000-4111-8222-333344445555"
UNIQUE = "eYhDkfYCu-dOCjuj8X4Am9-spkxs0-kX5YnhAJmc3PZ7pmNNfSsqtQ"


@dataclass(frozen=True)
class Case:
    """One text and its reading; `picked` must be among what was picked."""

    name: str
    text: str
    provider: str | None
    code: str | None
    scenarios: tuple[int, ...]
    picked: dict[str, str] = field(default_factory=dict)
    hint: str | None = None
