"""Keeps the long work that was asked for, until it is done: a killed engine goes on with it at its next start."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from core.catalog.schema import Job
from core.catalog.transaction import Transaction
from core.values.jobs import JobId, JobKind


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job that is not done. `subject`: an id of the catalog; see `core.values.jobs.JobStatus`."""

    job_id: JobId
    kind: str
    subject: int | None
    done: int
    total: int


def add(transaction: Transaction, kind: JobKind, subject: int | None, total: int) -> JobId:
    """Store a job; one of the same kind and subject that is not done yet is that job."""
    connection = transaction.connection
    same = (Job.kind == kind, Job.subject.is_(None) if subject is None else Job.subject == subject)
    known = connection.execute(select(Job.id).where(*same)).scalar()
    if known is not None:
        return JobId(known)
    values = {"kind": kind, "subject": subject, "total": total, "added_at": transaction.now}
    return JobId(connection.execute(insert(Job).values(values).returning(Job.id)).scalar_one())


def unfinished(connection: Connection) -> list[StoredJob]:
    """Return the jobs in the order in which they were asked for."""
    rows = connection.execute(select(Job.id, Job.kind, Job.subject, Job.done, Job.total).order_by(Job.id))
    return [StoredJob(JobId(row.id), row.kind, row.subject, row.done, row.total) for row in rows]


def note_done(transaction: Transaction, job_id: JobId, done: int) -> None:
    """Note how far a job is, in the transaction that did it."""
    transaction.connection.execute(update(Job).where(Job.id == job_id).values(done=done))


def forget(transaction: Transaction, job_id: JobId) -> None:
    """Forget a job, in the transaction that does the last of it."""
    transaction.connection.execute(delete(Job).where(Job.id == job_id))
