using Redox.Media.Api.Configuration;
using Redox.Media.Api.Hosting;

try
{
    var builder = ServiceHost.CreateBuilder(args);
    builder.AddSettingsFiles();
    if (args is [MigrateCommand.Name, .. var migrate])
    {
        return await new MigrateCommand(
            builder.Configuration, verifiesServer: !builder.Environment.IsDevelopment(), Console.Out, Console.Error)
            .RunAsync(migrate, CancellationToken.None);
    }

    await using var database = await builder.AddDatabaseAsync();
    if (args is [VerifyCommand.Name, .. var options])
    {
        return await builder.VerifyAsync(options);
    }

    if (args is [AuditVerifyCommand.Name, .. var words])
    {
        return await builder.VerifyAuditAsync(words);
    }

    if (args is [ClientsCommand.Name, .. var arguments])
    {
        return await builder.RunClientsAsync(arguments);
    }

    builder.AddMediaService();

    await using var app = builder.Build();
    app.MapMediaService();
    await app.RunToEndAsync();
    return 0;
}
catch (Exception exception) when (StartupFailure.Explains(exception) is { } reason)
{
    await Console.Error.WriteLineAsync("Redox.Media cannot start: " + reason);
    return args is [VerifyCommand.Name or AuditVerifyCommand.Name, ..] ? VerifyCommand.Failed : 1;
}
