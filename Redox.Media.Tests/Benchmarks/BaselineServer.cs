using System.Buffers;
using System.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// What every correct receiver must do, and nothing else; it keeps no log. Its tables have no index besides one primary key, and its
/// connections the same settings as the service's.
/// </summary>
internal static class BaselineServer
{
    private const string Tables = """
        create table floor (body bytea not null);
        alter table floor alter column body set storage external, set (toast_tuple_target = 8160);
        create table bare (id bigint primary key, body bytea not null); -- has one row, which the bench writes
        alter table bare alter column body set storage external, set (toast_tuple_target = 8160);
        """;

    private const string
        BareRead = "select body from bare where id = $1",
        AuditedRead = "with audit as (insert into floor (body) values ($2)) select body from bare where id = $1";

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, null));
        await using var database = Open(builder.Configuration.GetConnectionString("Media")!);
        await using (var create = database.CreateCommand(Tables))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapPost("/floor", context => CommitAsync(context, database));
        app.MapGet("/bare", context => ReadAsync(context, database, isAudited: false));
        app.MapMethods("/audited", ["GET", "POST"], context => ReadAsync(context, database, isAudited: true));
        await app.RunAsync();
        return 0;
    }

    private static NpgsqlDataSource Open(string connectionString) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
    {
        MaxAutoPrepare = 50,
        AutoPrepareMinUsages = 2,
        Options = "-c jit=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on",
    }.ConnectionString);

    private static async Task CommitAsync(HttpContext context, NpgsqlDataSource database)
    {
        var (body, length) = await ReadBodyAsync(context);
        await using (var connection = await database.OpenConnectionAsync())
        await using (var insert = new NpgsqlCommand("insert into floor (body) values ($1)", connection))
        {
            insert.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body.AsMemory(0, length) });
            await insert.ExecuteNonQueryAsync();
        }

        ArrayPool<byte>.Shared.Return(body);
        context.Response.ContentLength = 0;
    }

    /// <param name="isAudited">Whether the request's body, nothing of a GET, is committed as a row that says who read.</param>
    private static async Task ReadAsync(HttpContext context, NpgsqlDataSource database, bool isAudited)
    {
        var (body, length) = await ReadBodyAsync(context);
        await using (var connection = await database.OpenConnectionAsync())
        await using (var select = new NpgsqlCommand(isAudited ? AuditedRead : BareRead, connection))
        {
            select.Parameters.Add(new NpgsqlParameter<long> { TypedValue = 1 });
            if (isAudited)
            {
                select.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body.AsMemory(0, length) });
            }

            await using var reader = await select.ExecuteReaderAsync(CommandBehavior.SequentialAccess);
            await reader.ReadAsync();
            await using var stream = await reader.GetStreamAsync(0);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = stream.Length;
            await stream.CopyToAsync(context.Response.Body, 64 * 1024);
        }

        ArrayPool<byte>.Shared.Return(body);
    }

    private static async Task<(byte[] Body, int Length)> ReadBodyAsync(HttpContext context)
    {
        var length = (int)(context.Request.ContentLength ?? 0);
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        return (body, length);
    }
}
