using Microsoft.Extensions.Options;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Api.Hosting;

/// <summary>A reason not to start that the operator can mend, in one plain line.</summary>
internal sealed class StartupFailure(string reason) : Exception(reason)
{
    /// <summary>How the configuration binder's messages begin; they go on with the value and the key, and no token can be of a wrong type.</summary>
    private const string WrongType = "Failed to convert configuration value";

    /// <summary>The line for a failure that has one; null for a bug, which shows its stack.</summary>
    public static string? Explains(Exception exception) => exception switch
    {
        StartupFailure or LocalPostgresException or MigrationException => exception.Message,
        InvalidOperationException when exception.Message.StartsWith(WrongType, StringComparison.Ordinal) => exception.Message,
        OptionsValidationException invalid => string.Join("; ", invalid.Failures),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } inUse => inUse.Message,
        AggregateException { InnerExceptions: [var only] } => Explains(only),
        _ => null,
    };
}
