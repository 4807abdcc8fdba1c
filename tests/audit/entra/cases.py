"""All policies that were labelled by hand."""

from tests.audit.entra.cases_asked import ASKED
from tests.audit.entra.cases_exempted import EXEMPTED
from tests.audit.entra.cases_guarded import DELIBERATE, GUARDED
from tests.audit.entra.cases_narrowed import NARROWED
from tests.audit.entra.cases_strengths import STATES, STRENGTHS
from tests.audit.entra.cases_who import WHO

CASES = [*WHO, *EXEMPTED, *STATES, *ASKED, *STRENGTHS, *NARROWED, *GUARDED, *DELIBERATE]
