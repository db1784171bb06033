namespace Redox.Media.Data.Migrations;

/// <summary>The database cannot be migrated. The message is one line: which migration, and what to do.</summary>
public sealed class MigrationException(string message, Exception? innerException = null) : Exception(message, innerException);
