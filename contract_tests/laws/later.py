"""Instants that a server chooses when the client gives none: so much later than now."""

from datetime import UTC, datetime, timedelta

from contract_tests.grounds.created import later
from contract_tests.grounds.stamped import stamps
from contract_tests.laws import law
from contract_tests.relations import instant
from contract_tests.trials import Trial
from contract_tests.views import look

DAY = timedelta(days=1)  # by which the end of a day and another zone may move it


@law("create.later", "an instant that is not sent is as long after now as documented", later, writes=True)
def check_later(trial: Trial) -> None:
    """Compared with the stamp of the creation, or with our clock where there is none."""
    record = trial.make(without=(trial.subject,))
    fields = look(trial, record)
    if fields.get(trial.subject) is None:
        trial.skip(f"the record does not show {trial.subject}")
    found = instant(fields[trial.subject])
    created = next((instant(fields.get(name)) for name in stamps(trial.resource, "create")), None)
    length = timedelta(**trial.resource.properties[trial.subject]["x-sandbox"]["later"])
    expected = (created or datetime.now(UTC)) + length
    room = DAY if not timedelta() < length < DAY else length / 2
    trial.expect(
        found is not None and abs(found - expected) <= room,
        f"{trial.subject} was not sent and is {fields[trial.subject]}",
        expected.isoformat(),
        fields[trial.subject],
    )
