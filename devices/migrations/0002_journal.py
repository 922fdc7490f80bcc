"""
The journal's table, and the triggers by which the database refuses to change it: no update, no delete, no truncate,
and no row but the next one of the chain.

SQLite makes a table anew to alter it and forgets its triggers: a later migration of this table has to run
`install` again.
"""

from django.db import migrations, models

POSTGRESQL = [
    """
    CREATE FUNCTION devices_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP;
    END $$
    """,
    """
    CREATE FUNCTION devices_journal_next() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        last record;
    BEGIN
        SELECT seq, hash INTO last FROM devices_journalentry ORDER BY seq DESC LIMIT 1;
        IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.prev_hash <> COALESCE(last.hash, repeat('0', 64)) THEN
            RAISE EXCEPTION 'the journal is append-only: row % does not follow %', NEW.seq, last.seq;
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON devices_journalentry
    FOR EACH ROW EXECUTE FUNCTION devices_journal_refuse()
    """,
    """
    CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON devices_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION devices_journal_refuse()
    """,
    """
    CREATE TRIGGER journal_next BEFORE INSERT ON devices_journalentry
    FOR EACH ROW EXECUTE FUNCTION devices_journal_next()
    """,
    # Also for a session that calls itself a replica.
    "ALTER TABLE devices_journalentry ENABLE ALWAYS TRIGGER journal_no_change",
    "ALTER TABLE devices_journalentry ENABLE ALWAYS TRIGGER journal_no_truncate",
]

SQLITE = [
    """
    CREATE TRIGGER journal_no_update BEFORE UPDATE ON devices_journalentry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: UPDATE refused'); END
    """,
    """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON devices_journalentry
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: DELETE refused'); END
    """,
    # INSERT OR REPLACE removes a row without a delete trigger; here it never is the next one.
    """
    CREATE TRIGGER journal_next BEFORE INSERT ON devices_journalentry
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM devices_journalentry)
      OR NEW.prev_hash IS NOT
         COALESCE((SELECT hash FROM devices_journalentry ORDER BY seq DESC LIMIT 1), printf('%064d', 0))
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only: not the next row'); END
    """,
]

REMOVE = {
    "postgresql": [
        "DROP TRIGGER IF EXISTS journal_no_change ON devices_journalentry",
        "DROP TRIGGER IF EXISTS journal_no_truncate ON devices_journalentry",
        "DROP TRIGGER IF EXISTS journal_next ON devices_journalentry",
        "DROP FUNCTION IF EXISTS devices_journal_refuse()",
        "DROP FUNCTION IF EXISTS devices_journal_next()",
    ],
    "sqlite": [
        "DROP TRIGGER IF EXISTS journal_no_update",
        "DROP TRIGGER IF EXISTS journal_no_delete",
        "DROP TRIGGER IF EXISTS journal_next",
    ],
}
INSTALL = {"postgresql": POSTGRESQL, "sqlite": SQLITE}


def install(apps, schema_editor):
    run(schema_editor.connection, INSTALL)


def remove(apps, schema_editor):
    run(schema_editor.connection, REMOVE)


def run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('devices', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='time')),
                ('kind', models.CharField(max_length=40, verbose_name='what')),
                ('actor', models.CharField(max_length=150, verbose_name='who')),
                ('subject', models.CharField(blank=True, max_length=80, verbose_name='of what')),
                ('before', models.TextField(blank=True, verbose_name='before')),
                ('after', models.TextField(blank=True, verbose_name='after')),
                ('wire', models.TextField(blank=True, verbose_name='bytes of the device')),
                ('key_id', models.CharField(blank=True, max_length=8)),
                ('prev_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'journal entry',
                'verbose_name_plural': 'journal',
                'ordering': ['seq'],
                'indexes': [models.Index(fields=['subject', 'seq'], name='journal_of_subject')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
