"""What analytics does in the background, and when."""

from trailpost.analytics.exports import jobs as exporting
from trailpost.analytics.jobs.closing import close_days, purge_process_samples
from trailpost.analytics.jobs.ledger import check_issue_ledger, check_ledger

JOBS = (close_days, check_ledger, check_issue_ledger, purge_process_samples, *exporting.JOBS)
