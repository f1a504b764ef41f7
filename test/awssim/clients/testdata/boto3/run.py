"""Runs all checks. The only argument is a JSON object of what the test has set up."""

# The order of the imports is the order of the checks.
import checks
import sts_checks  # noqa: F401
import sqs_queue_checks  # noqa: F401
import sqs_message_checks  # noqa: F401
import events_checks  # noqa: F401
import backup_checks  # noqa: F401
import plan_checks  # noqa: F401
import settings_checks  # noqa: F401
import organizations_checks  # noqa: F401
import iam_checks  # noqa: F401
import kms_checks  # noqa: F401
import database_checks  # noqa: F401
import sns_checks  # noqa: F401
import switch_checks  # noqa: F401
import every_service_checks  # noqa: F401

checks.run()
