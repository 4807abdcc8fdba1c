"""All cases by hand: a policy, an account, and the verdict that an expert signs."""

from tests.audit.google.cases_boundary import BOUNDARIES
from tests.audit.google.cases_denied import ACCESS, CONDITIONS, WHAT
from tests.audit.google.cases_levels import BINDINGS
from tests.audit.google.cases_organization import ORGANIZATIONS
from tests.audit.google.cases_who import EXEMPT, WHO

CASES = [*WHO, *EXEMPT, *WHAT, *CONDITIONS, *ACCESS, *BOUNDARIES, *BINDINGS, *ORGANIZATIONS]
