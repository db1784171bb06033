using System.Buffers;
using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Redox.Media.Data;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// What any correct receiver must do, and nothing else. The floor: Kestrel reads the body, Npgsql commits it as one row of a table
/// without an index. The bare read: Npgsql streams the bytes of a row, found by its number, to Kestrel. The audited read: the same, and the
/// request's body (nothing, of a GET) is committed as a row of the floor's table first, for every access to patient data leaves a row; one
/// statement, one round trip. Same pool, same connection settings and same durability as the product; the tables' storage is set to what makes it fastest.
/// </summary>
internal static class BaselineService
{
    public static void Add(WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton(DatabaseConnection.Open(connectionString));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
    }

    public static async Task MapAsync(WebApplication app)
    {
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        await using (var create = database.CreateCommand("""
            create table if not exists floor (body bytea not null);
            alter table floor alter column body set storage external, set (toast_tuple_target = 8160);
            create table if not exists bare (id bigint primary key, body bytea not null);
            alter table bare alter column body set storage external, set (toast_tuple_target = 8160);
            """))
        {
            await create.ExecuteNonQueryAsync();
        }

        foreach (var path in new[] { "/", "/Media" })
        {
            app.MapPost(path, (HttpContext context) => CommitAsync(context, database));
        }

        app.MapPut("/{id:long}", (HttpContext context, long id) => PutAsync(context, database, id));
        app.MapGet("/{id:long}", (HttpContext context, long id) => ReadAsync(context, database, id));
        app.Map("/audited/{id:long}", (HttpContext context, long id) => ReadAuditedAsync(context, database, id));
    }

    private static async Task CommitAsync(HttpContext context, NpgsqlDataSource database)
    {
        var length = (int)context.Request.ContentLength!.Value;
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        await using (var connection = await database.OpenConnectionAsync())
        await using (var insert = new NpgsqlCommand("insert into floor (body) values ($1)", connection))
        {
            insert.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body.AsMemory(0, length) });
            await insert.ExecuteNonQueryAsync();
        }

        ArrayPool<byte>.Shared.Return(body);
        context.Response.ContentLength = 0;
    }

    private static async Task PutAsync(HttpContext context, NpgsqlDataSource database, long id)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        await using var insert = database.CreateCommand("insert into bare (id, body) values ($1, $2) on conflict (id) do update set body = excluded.body");
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = body.ToArray() });
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task ReadAsync(HttpContext context, NpgsqlDataSource database, long id)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var select = new NpgsqlCommand("select body from bare where id = $1", connection);
        select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        await AnswerAsync(context, select);
    }

    private static async Task ReadAuditedAsync(HttpContext context, NpgsqlDataSource database, long id)
    {
        var length = (int)(context.Request.ContentLength ?? 0);
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var read = new NpgsqlCommand(
                "with audit as (insert into floor (body) values ($2)) select body from bare where id = $1", connection);
            read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            read.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body.AsMemory(0, length) });
            await AnswerAsync(context, read);
        }

        ArrayPool<byte>.Shared.Return(body);
    }

    private static async Task AnswerAsync(HttpContext context, NpgsqlCommand select)
    {
        await using var reader = await select.ExecuteReaderAsync(CommandBehavior.SequentialAccess);
        await reader.ReadAsync();
        await using var stream = await reader.GetStreamAsync(0);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = stream.Length;
        await stream.CopyToAsync(context.Response.Body, 64 * 1024);
    }
}
