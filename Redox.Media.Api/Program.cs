using Redox.Media.Api.Configuration;
using Redox.Media.Api.Hosting;

// The settings are next to the program, whatever the working directory is.
var contentRoot = Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") ?? AppContext.BaseDirectory;
SettingsFiles.UsePollingForLinks(contentRoot);
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = contentRoot,
});
try
{
    builder.AddSettingsFiles();
    await using var database = await builder.AddDatabaseAsync();
    if (args is [VerifyCommand.Name, .. var options])
    {
        return await builder.VerifyAsync(options);
    }

    builder.AddMediaService();

    await using var app = builder.Build();
    app.MapMediaService();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartupFailure.Explains(exception) is { } reason)
{
    await Console.Error.WriteLineAsync("Redox.Media cannot start: " + reason);
    return args is [VerifyCommand.Name, ..] ? VerifyCommand.Failed : 1;
}
