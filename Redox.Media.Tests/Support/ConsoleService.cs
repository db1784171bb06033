namespace Redox.Media.Tests.Support;

/// <summary>A service with a member of staff for each combination of roles that the pages tell apart.</summary>
internal static class ConsoleService
{
    public const string Phi = "a-token-for-phi-00001", Operate = "a-token-for-operate-1", Everything = "a-token-for-all-00001",
        Restricted = "a-token-for-one-source";

    /// <param name="settings">Further settings, which win.</param>
    public static Task<RunningService> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null, string? connectionString = null)
    {
        var all = new Dictionary<string, string?> { ["Console:SecureCookies"] = "false", ["AllowedHosts"] = "127.0.0.1" };
        Add(1, "phi", Phi, "trace", "phi");
        Add(2, "operator", Operate, "trace", "operate");
        Add(3, "everything", Everything, "trace", "phi", "operate", "audit");
        Add(4, "restricted", Restricted, "trace");
        all["Staff:4:Sources:0"] = "a-source-of-the-restricted";
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            all[key] = value;
        }

        return RunningService.StartAsync(connectionString, all, time);

        void Add(int place, string name, string token, params string[] roles)
        {
            all[$"Staff:{place}:Name"] = name;
            all[$"Staff:{place}:Token"] = token;
            for (var i = 0; i < roles.Length; i++)
            {
                all[$"Staff:{place}:Roles:{i}"] = roles[i];
            }
        }
    }
}
