using Redox.Media.Api.Clients;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Data;

namespace Redox.Media.Api.Hosting;

/// <summary>Runs the commands in place of the service, with its settings.</summary>
internal static class CommandHost
{
    public static CommandHandlers Handlers { get; } = new(
        MigrateAsync,
        (since, after, cancellation) => RunAsync(app => new VerifyCommand(
            app.Services.GetRequiredService<IArchiveVerifier>(), TimeProvider.System, Console.Out, Console.Error)
            .RunAsync(since, after, cancellation)),
        (from, to, cancellation) => RunAsync(app => new AuditVerifyCommand(
            app.Services.GetRequiredService<IAuditVerifier>(), TimeProvider.System, Console.Out, Console.Error)
            .RunAsync(from, to, cancellation)),
        (act, cancellation) => RunAsync(app => new ClientsCommand(
            app.Services.OpenForCommandAsync, ClientSetup.Changes(app.Services, app.Configuration), TimeProvider.System, Console.Out,
            Console.Error)
            .RunAsync(act, cancellation)));

    private static Task<int> MigrateAsync(string? role, CancellationToken cancellation)
    {
        var builder = Builder();
        return new MigrateCommand(
            builder.Configuration, verifiesServer: !builder.Environment.IsDevelopment(), Console.Out, Console.Error)
            .RunAsync(role, cancellation);
    }

    private static async Task<int> RunAsync(Func<WebApplication, Task<int>> runAsync)
    {
        var builder = Builder();
        await using var database = await builder.AddDatabaseAsync();
        builder.Logging.ClearProviders(); // standard output is the result
        await using var app = builder.Build();
        return await runAsync(app);
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = ServiceHost.CreateBuilder([]); // the arguments of a command are no settings
        builder.AddSettingsFiles();
        return builder;
    }
}
