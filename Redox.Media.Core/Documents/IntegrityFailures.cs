namespace Redox.Media.Core.Documents;

/// <summary>The names of integrity failures in the database, the log, the metric and the support API.</summary>
public static class IntegrityFailures
{
    private static readonly Dictionary<IntegrityFailure, string> Names = new()
    {
        [IntegrityFailure.MissingDocument] = "missing-document",
        [IntegrityFailure.MissingVersion] = "missing-version",
        [IntegrityFailure.MissingSlice] = "missing-slice",
        [IntegrityFailure.WrongLength] = "wrong-length",
        [IntegrityFailure.WrongDigest] = "wrong-digest",
        [IntegrityFailure.Unreadable] = "unreadable",
    };

    public static string Name(IntegrityFailure failure) => Names[failure];

    public static IntegrityFailure Parse(string name) => Names.Single(known => known.Value == name).Key;
}
