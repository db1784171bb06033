using Npgsql;

namespace Redox.Media.Tests.Data.Migrations;

/// <summary>What a schema consists of, one line for each thing, in PostgreSQL's own words.</summary>
internal static class Catalog
{
    // schema_migration is the migrator's own and not part of what the migrations add up to.
    private const string Query = """
        with relation as (
          select oid, oid::regclass::text as name, relkind, relpersistence, reloptions, relrowsecurity, relispartition,
            pg_get_expr(relpartbound, oid) as bound, case when relkind = 'p' then pg_get_partkeydef(oid) end as partition_key,
            case when relkind in ('v', 'm') then pg_get_viewdef(oid) end as view, obj_description(oid, 'pg_class') as comment
          from pg_class
          where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I')
            and relname not like 'schema\_migration%'
        )
        select format('relation %s: kind %s, persistence %s, options %s, partition of %s by %s, row security %s, view %s, comment %s',
          name, relkind, relpersistence, coalesce(reloptions::text, 'none'), coalesce(bound, 'none'), coalesce(partition_key, 'none'),
          relrowsecurity, coalesce(view, 'none'), coalesce(comment, 'none'))
        from relation
        union all
        select format('column %s.%s: number %s, %s%s%s, collation %s, storage %s, compression %s, statistics %s, '
            'identity %s, generated %s, comment %s',
          name, attname, row_number() over (partition by attrelid order by attnum), format_type(atttypid, atttypmod),
          case when attnotnull then ' not null' else '' end,
          coalesce(' default ' || pg_get_expr(adbin, adrelid), ''),
          case when attcollation = 0 then 'none' else attcollation::regcollation::text end,
          attstorage, coalesce(nullif(attcompression, ''), '-'), attstattarget,
          coalesce(nullif(attidentity, ''), '-'), coalesce(nullif(attgenerated, ''), '-'),
          coalesce(col_description(attrelid, attnum), 'none'))
        from relation
        join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relkind in ('r', 'p', 'v', 'm')
        union all
        select format('constraint %s on %s: %s', conname, name, pg_get_constraintdef(pg_constraint.oid))
        from relation join pg_constraint on conrelid = relation.oid
        union all
        select format('index %s: %s', name, pg_get_indexdef(indexrelid))
        from relation join pg_index on indexrelid = oid
        union all
        select format('sequence %s: start %s, step %s, from %s to %s, cycle %s, cache %s',
          name, seqstart, seqincrement, seqmin, seqmax, seqcycle, seqcache)
        from relation join pg_sequence on seqrelid = oid
        union all
        select format('trigger on %s: %s', name, pg_get_triggerdef(pg_trigger.oid))
        from relation join pg_trigger on tgrelid = relation.oid and not tgisinternal
        union all
        select format('function %s: %s', oid::regprocedure, pg_get_functiondef(oid))
        from pg_proc p
        where pronamespace = current_schema()::regnamespace and prokind in ('f', 'p')
          and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
        union all
        select format('type %s: %s', oid::regtype,
          coalesce((select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
            format_type(typbasetype, typtypmod)
              || coalesce((
                select string_agg(' ' || pg_get_constraintdef(c.oid), '' order by conname)
                from pg_constraint c where contypid = t.oid), '')))
        from pg_type t
        where typnamespace = current_schema()::regnamespace and typtype in ('e', 'd')
        union all
        select format('extension %s', extname) from pg_extension
        """;

    public static async Task<SortedSet<string>> ReadAsync(NpgsqlDataSource database)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        await using var command = database.CreateCommand(Query);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
