using Redox.Media.Api.Configuration;
using Redox.Media.Api.Hosting;

try
{
    if (CommandLine.Has(args))
    {
        return await CommandLine.RunAsync(args, CommandHost.Handlers, Console.Out, Console.Error);
    }

    var builder = ServiceHost.CreateBuilder(args);
    builder.AddSettingsFiles();
    await using var database = await builder.AddDatabaseAsync();
    builder.AddMediaService();

    await using var app = builder.Build();
    app.MapMediaService();
    await app.RunToEndAsync();
    return 0;
}
catch (Exception exception) when (StartupFailure.Explains(exception) is { } reason)
{
    await Console.Error.WriteLineAsync("Redox.Media cannot start: " + reason);
    return args is [CommandLine.Verify or CommandLine.Audit, ..] ? VerifyCommand.Failed : 1;
}
