"""The machine that turns recordings into text: at once, or a moment later (MS-20, MS-I07)."""

from datetime import timedelta

from contract_tests.peers.medisync.peer import bug, peer
from contract_tests.peers.medisync.world import Row, now, touch

_SPOKEN = "Good morning, how are you today? – Much better than last week, thank you."


def order_transcription(appointment: Row) -> None:
    """Have the recording of an appointment transcribed."""
    if bug("transcription_never_done"):
        return
    due = now() + timedelta(seconds=peer().choices.transcription_seconds)
    peer().world.transcribing.append((due, appointment["_id"]))
    transcribe_due()


def transcribe_due() -> None:
    """Finish all transcriptions whose time has come."""
    world = peer().world
    current = now()
    due = [key for instant, key in world.transcribing if instant <= current]
    world.transcribing = [job for job in world.transcribing if job[0] > current]
    for key in due:
        if world.of_appointment("recordings", key) and not world.of_appointment("transcriptions", key):
            add_transcription(world["appointments"][key], _SPOKEN)


def add_transcription(appointment: Row, text: str) -> Row:
    """Store the transcription of an appointment, which is then being processed (MS-F40)."""
    world = peer().world
    row: Row = {"appointment_id": appointment["_id"], "transcription": text}
    if peer().choices.speakers:
        row["segments"] = segments_of(text)
    made = world.add("transcriptions", row)
    appointment["transcription_id"] = made["_id"]
    world.advance(appointment, "processing")
    touch(appointment)
    return made


def segments_of(text: str) -> list[Row]:
    """Who said what, turn by turn (MS-I10)."""
    turns = text.split(" – ")
    return [
        {"speaker": f"Speaker {turn % 2 + 1}", "start": turn * 4.0, "end": turn * 4.0 + 3.5, "text": said}
        for turn, said in enumerate(turns)
    ]
