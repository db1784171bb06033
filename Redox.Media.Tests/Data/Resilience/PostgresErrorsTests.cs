using NUnit.Framework;
using Npgsql;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Tests.Data.Resilience;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PostgresErrorsTests
{
    [TestCase("XX000", "could not write init file")] // a session that finds no room to begin is the databases trouble
    // a session that an administrator ends is the databases trouble
    [TestCase("57P01", "terminating connection due to administrator command")]
    public void What_ends_a_session_is_the_databases_trouble(string code, string message) =>
        Assert.That(PostgresErrors.IsUnavailable(new PostgresException(message, "FATAL", "FATAL", code)), Is.True);

    [TestCase("XX000")] // an internal error of a statement is a fault
    [TestCase("42P01")] // a missing table is a fault
    [TestCase("22P02")] // a value that is none is a fault
    public void What_a_statement_does_wrong_is_a_fault(string code) =>
        Assert.That(PostgresErrors.IsUnavailable(new PostgresException("wrong", "ERROR", "ERROR", code)), Is.False);

    [Test]
    public void A_connection_that_ends_between_its_writer_and_its_reader_is_the_databases_trouble()
    {
        var thrown = NullReferenceIn(nameof(Npgsql));

        Assert.That(PostgresErrors.IsUnavailable(thrown), Is.True);
        Assert.That(PostgresErrors.IsTransient(thrown), Is.True);
    }

    [Test]
    public void A_null_reference_of_our_own_is_a_fault() =>
        Assert.That(PostgresErrors.IsUnavailable(NullReferenceIn("Redox.Media.Data")), Is.False);

    private static NullReferenceException NullReferenceIn(string library)
    {
        var thrown = Assert.Throws<NullReferenceException>(() => ((object?)null)!.ToString())!;
        thrown.Source = library;
        return thrown;
    }
}
