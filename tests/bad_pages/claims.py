"""Pages that break the rules on claims."""

from tests.bad_pages.spoil import add_code, breaks, replace, verdict_source
from tests.good_page import find, verdict


@breaks("verdict-registered")
def a_claim_that_nobody_made(page):
    replace(page, "**Claims tried.** T01", "**Claims tried.** T01, T99")
    source = 'claims.verdict("T99", holds=True, because="it is so")'
    add_code(page, source, verdict("T99", "upheld"))


@breaks("verdict-agrees")
def another_outcome(page):
    find(page, "claims.verdict").outputs = [verdict("T01", "refuted")]


@breaks("verdict-agrees")
def a_claim_still_open(page):
    replace(page, "**Claims tried.** T01", "**Claims tried.** T01, T03")
    source = 'claims.verdict("T03", holds=True, because="it is so")'
    add_code(page, source, verdict("T03", "upheld"))


@breaks("verdict-bundle")
def something_after_the_verdict(page):
    find(page, "claims.verdict").source += "\ndone = True"


@breaks("verdict-bundle")
def a_bundle_with_more(page):
    output = find(page, "claims.verdict").outputs[0]
    output.data["application/vnd.cnnbook.claim+json"]["accuracy"] = 0.93


@breaks("verdict-bundle")
def a_verdict_not_stored(page):
    find(page, "claims.verdict").outputs = []


@breaks("verdict-compared")
def a_verdict_ignored(page):
    find(page, "claims.verdict").metadata["tags"] = ["nbval-ignore-output"]


@breaks("claims-listed")
def a_claim_listed_and_not_tried(page):
    replace(page, "**Claims tried.** T01", "**Claims tried.** T01, T02")


@breaks("claims-listed")
def a_claim_tried_and_not_listed(page):
    replace(page, "**Claims tried.** T01", "**Claims tried.** none")


@breaks("claims-listed")
def a_claim_tried_twice(page):
    add_code(page, verdict_source(), verdict("T01", "upheld"))
