namespace Redox.Media.Tests.Support;

/// <summary>
/// One service with the default settings for all tests that need no other: each keeps to itself by sources and IDs of its own.
/// </summary>
internal static class SharedService
{
    private static readonly Lazy<Task<RunningService>> Service = new(() => RunningService.StartAsync());

    public static Task<RunningService> GetAsync() => Service.Value;

    public static async Task StopAsync()
    {
        if (Service.IsValueCreated && Service.Value.IsCompletedSuccessfully)
        {
            await (await Service.Value).DisposeAsync();
        }
    }
}
