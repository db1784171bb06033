using Microsoft.Extensions.Options;
using Redox.Media.Data;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Api.Hosting;

/// <summary>A reason not to start that the operator can correct, in one line.</summary>
internal sealed class StartupFailure(string reason) : Exception(reason)
{
    /// <summary>The beginning of the configuration binder's messages, which name value and key. A token has no wrong type.</summary>
    private const string WrongType = "Failed to convert configuration value";

    /// <summary>The line for a known failure; null for a bug, which is reported with its stack.</summary>
    public static string? Explains(Exception exception) => exception switch
    {
        StartupFailure or LocalPostgresException or MigrationException or ConnectionStringException => exception.Message,
        InvalidDataException => exception.Message, // a settings file, which the message names
        InvalidOperationException when exception.Message.StartsWith(WrongType, StringComparison.Ordinal) => exception.Message,
        OptionsValidationException invalid => string.Join("; ", invalid.Failures),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } inUse => inUse.Message,
        AggregateException { InnerExceptions: [var only] } => Explains(only),
        _ => null,
    };
}
