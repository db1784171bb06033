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
/// What every correct receiver must do, and nothing else: without a log, with the service's connection settings, and with tables that have
/// no index besides one primary key.
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
        Floor = "insert into floor (body) values ($1)",
        BareRead = "select body from bare where id = 1",
        AuditedRead = "with audit as (insert into floor (body) values ($1)) select body from bare where id = 1";

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, null));
        var connectionString = builder.Configuration.GetConnectionString("Media");
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            Options = "-c jit=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on",
        });
        await using (var create = database.CreateCommand(Tables))
        {
            await create.ExecuteNonQueryAsync();
        }

        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapPost("/floor", context => RespondAsync(context, database, Floor, hasBody: true, reads: false));
        app.MapGet("/bare", context => RespondAsync(context, database, BareRead, hasBody: false, reads: true));

        // The body, nothing of a GET, is what says who read.
        app.MapMethods("/audited", ["GET", "POST"], context => RespondAsync(context, database, AuditedRead, hasBody: true, reads: true));
        await app.RunAsync();
        return 0;
    }

    private static async Task RespondAsync(HttpContext context, NpgsqlDataSource database, string statement, bool hasBody, bool reads)
    {
        var length = (int)(context.Request.ContentLength ?? 0);
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        await using (var connection = await database.OpenConnectionAsync())
        await using (var command = new NpgsqlCommand(statement, connection))
        {
            if (hasBody)
            {
                command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = body.AsMemory(0, length) });
            }

            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess);
            await (reads ? SendAsync(context, reader) : Task.CompletedTask);
        }

        ArrayPool<byte>.Shared.Return(body);
    }

    private static async Task SendAsync(HttpContext context, NpgsqlDataReader reader)
    {
        await reader.ReadAsync();
        await using var stream = await reader.GetStreamAsync(0);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = stream.Length;
        await stream.CopyToAsync(context.Response.Body, 64 * 1024);
    }
}
