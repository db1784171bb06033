using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// Fills an archive inside the database with documents that can be asked for like delivered ones: number n is what the delivery of
/// <see cref="BenchMessages.Unique"/> with this number, of the document and of the log, would have left, found under the same keys. It differs
/// from that in this: its file has 128 bytes and its envelope little more than an answer shows, so that ten million fit on a disk (a delivered
/// one of 2 KB takes several times the room); it arrived eight tenths of a second after the one before it; and what makes a message the same
/// as another (fingerprint and applied key) is chance, as is the file. Nobody asks for those.
/// </summary>
internal static class GrowthArchive
{
    /// <summary>What the delivered ones have after their IDs, so that each kind of ID is another text.</summary>
    public const string AttemptSuffix = "-attempt", TransmissionSuffix = "-transmission", EhrSuffix = "-ehr";

    /// <summary>A picture, as most are: one more key to be found by.</summary>
    public const string FileType = "JPG";

    /// <summary>So few that all of a batch stays in the memory of the session that makes it.</summary>
    private const long BatchDocuments = 100_000;

    /// <summary>Adds the documents with the numbers from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public static async Task FillAsync(NpgsqlConnection connection, long from, long to)
    {
        var clock = Stopwatch.StartNew();
        await ExecuteAsync(connection, "set work_mem = '256MB'; set maintenance_work_mem = '1GB'");

        // For a large fill every index besides the primary keys is taken away and made anew: row by row it would take hours. What is made anew is
        // packed, as after a REINDEX; row by row, as the small archive's are and an archive's in life, pages keep room and there are more of them.
        var indexes = to - from > BatchDocuments ? await IndexesAsync(connection) : [];
        foreach (var (_, removal, _) in indexes)
        {
            await ExecuteAsync(connection, removal);
        }

        for (var done = from; done < to; done += BatchDocuments)
        {
            var end = Math.Min(done + BatchDocuments, to);
            await InsertAsync(connection, done, end);
            if (end == to || (end - from) % (10 * BatchDocuments) == 0)
            {
                await TellAsync(clock, end.ToString("N0", CultureInfo.InvariantCulture) + " documents");
            }
        }

        foreach (var (name, _, definition) in indexes)
        {
            await ExecuteAsync(connection, definition);
            await TellAsync(clock, name);
        }

        await ExecuteAsync(connection, "vacuum analyze");
        await ExecuteAsync(connection, "checkpoint");
        await TellAsync(clock, "ready");
    }

    /// <summary>The same in one statement, and nothing but the rows.</summary>
    public static async Task InsertAsync(NpgsqlConnection connection, long from, long to)
    {
        await ExecuteAsync(connection, Functions);
        await using var command = new NpgsqlCommand(Fill, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to - 1 });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = BenchMessages.SourceId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = NumberedBytes.DocumentsOfType });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<(string Name, string Removal, string Definition)>> IndexesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select indexname, format('drop index %I.%I', schemaname, indexname), indexdef
            from pg_indexes
            where tablename in ('delivery', 'document_version', 'document') and not exists (select from pg_constraint where conname = indexname)
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var indexes = new List<(string, string, string)>();
        while (await reader.ReadAsync())
        {
            indexes.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return indexes;
    }

    private static Task TellAsync(Stopwatch clock, string what) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:0} s  {what}"));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    // Digest.cs in SQL, for ASCII. An ID's first 24 digits are always 0 here: only the last eight are turned into UTF-16 digit by digit.
    private const string Functions = """
        create or replace function pg_temp.utf16(ascii text) returns bytea immutable language sql as
          $$select decode(regexp_replace(encode(ascii::bytea, 'hex'), '(..)', '\100', 'g'), 'hex')$$;
        create or replace function pg_temp.part(utf16 bytea) returns bytea immutable language sql as
          $$select set_byte('\x00000000', 0, length(utf16) / 2) || utf16$$;
        create or replace function pg_temp.digest(domain text, parts bytea) returns bytea immutable language sql as
          $$select sha256(set_byte('\x0000', 0, ascii(domain)) || parts)$$;
        create or replace function pg_temp.key(digest bytea) returns uuid immutable language sql as
          $$select encode(substring(digest for 16), 'hex')::uuid$$;
        create or replace function pg_temp.hash64(digest bytea) returns bigint immutable language sql as
          $$select ('x' || encode(substring(digest from 17 for 8), 'hex'))::bit(64)::bigint$$;
        """;

    private const string Fill = $$$"""
        with constant as materialized (
          select
            pg_temp.utf16(repeat('0', 24)) as zeros, pg_temp.part(pg_temp.utf16($3)) as source,
            pg_temp.part(pg_temp.utf16('MR')) as mr, pg_temp.part(pg_temp.utf16('EHRID')) as ehrid,
            pg_temp.utf16('{{{AttemptSuffix}}}') as attempt, pg_temp.utf16('{{{TransmissionSuffix}}}') as transmission, pg_temp.utf16('{{{EhrSuffix}}}') as ehr,
            pg_temp.key(pg_temp.digest('R', pg_temp.part(pg_temp.utf16('type')) || pg_temp.part(pg_temp.utf16('image')))) as image
        ),
        numbered as materialized (
          select
            n, lpad(to_hex(n), 32, '0') as id, zeros || pg_temp.utf16(lpad(to_hex(n), 8, '0')) as utf16,
            lpad(to_hex(n / $4), 32, '0') as type, zeros || pg_temp.utf16(lpad(to_hex(n / $4), 8, '0')) as type_utf16,
            timestamptz '2026-01-01' + n * interval '0.8 s' as at
          from generate_series($1, $2) n, constant
        ),
        digested as materialized (
          select
            n, id, type, at, image,
            pg_temp.digest('D', source || pg_temp.part(utf16)) as document,
            pg_temp.key(pg_temp.digest('N', pg_temp.part(utf16))) as id_key,
            pg_temp.key(pg_temp.digest('I', pg_temp.part(utf16))) as patient,
            pg_temp.key(pg_temp.digest('I', pg_temp.part(utf16 || ehr))) as ehr_patient,
            pg_temp.key(pg_temp.digest('P', pg_temp.part(utf16) || mr)) as identifier,
            pg_temp.key(pg_temp.digest('P', pg_temp.part(utf16 || ehr) || ehrid)) as ehr_identifier,
            pg_temp.key(pg_temp.digest('V', pg_temp.part(utf16))) as visit,
            pg_temp.key(pg_temp.digest('T', pg_temp.part(type_utf16))) as type_key,
            pg_temp.hash64(pg_temp.digest('#', pg_temp.part(utf16))) as log_hash,
            pg_temp.hash64(pg_temp.digest('#', pg_temp.part(utf16 || attempt))) as attempt_hash,
            pg_temp.hash64(pg_temp.digest('#', pg_temp.part(utf16 || transmission))) as transmission_hash,
            sha256(utf16) as chance
          from numbered, constant
        ),
        -- the lower half of a delivery's ID is its arrival in microseconds since 2020, and 12 bits of chance
        made as materialized (
          select
            *, pg_temp.hash64(document) as shard_key, pg_temp.key(document) as document_key,
            (encode(substring(document from 17 for 8), 'hex')
              || lpad(to_hex(((extract(epoch from at - timestamptz '2020-01-01') * 1000000)::bigint << 12) + get_byte(chance, 0)), 16, '0'))::uuid as delivery_id,
            chance || sha256(chance) || sha256(chance || chance) || sha256(chance || 'x') as content
          from digested
        ),
        delivered as (
          insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, event_time, is_test,
            log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, document_key, document_id, fingerprint, idempotency_key, body_bytes, content_bytes)
          select shard_key, delivery_id, at, 'engine', 'created', $3, 'Media', 'New', at, false,
            id, id || '{{{AttemptSuffix}}}', array[id || '{{{TransmissionSuffix}}}'], log_hash, attempt_hash, array[transmission_hash],
            document_key, id, chance, gen_random_uuid(), 700, 128
          from made
        ),
        versioned as (
          insert into document_version (shard_key, document_key, delivery_id, state, event_time, log_id, fingerprint, content_length, content_sha256, envelope, content,
            created_from, created_to)
          select shard_key, document_key, delivery_id, 'current', at, id, chance, 128, sha256(content),
            convert_to(
              '{"Patient":{"Identifiers":[{"ID":"' || id || '","IDType":"MR"},{"ID":"' || id || '{{{EhrSuffix}}}","IDType":"EHRID"}]},"Visit":{"VisitNumber":"'
                || id || '"},"Media":{"FileType":"{{{FileType}}}","FileName":"echo","DocumentType":"' || type || '","DocumentID":"' || id
                || '","Availability":"Available"}}',
              'UTF8'),
            content, at, at + interval '1 ms'
          from made
        )
        insert into document (shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version,
          content_length, is_test, is_available, patient_keys, lookup_keys)
        select shard_key, document_key, $3, id, id_key, 'current', at, id, chance, delivery_id,
          128, false, true, array[identifier, ehr_identifier], array[patient, ehr_patient, visit, type_key, image]
        from made
        """;
}
