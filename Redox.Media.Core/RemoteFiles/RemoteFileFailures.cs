namespace Redox.Media.Core.RemoteFiles;

/// <summary>The names of failures in the database and in JSON, and what staff read.</summary>
public static class RemoteFileFailures
{
    private static readonly (RemoteFileFailure Failure, string Name, string Meaning)[] Table =
    [
        (RemoteFileFailure.HostNotAllowed, "host-not-allowed", "its host is not in the setting RemoteFiles:Hosts any more"),
        (RemoteFileFailure.AddressNotAllowed, "address-not-allowed", "the name of the host leads to an address that is not public"),
        (RemoteFileFailure.NameNotResolved, "name-not-resolved", "the name of the host was not found"),
        (RemoteFileFailure.ConnectionFailed, "connection-failed", "the connection failed or ended early"),
        (RemoteFileFailure.TlsFailed, "tls-failed", "the certificate of the host is not accepted"),
        (RemoteFileFailure.Timeout, "timeout", "the host was too slow"),
        (RemoteFileFailure.Redirect, "redirect", "the host answered with a redirect, which is not followed"),
        (RemoteFileFailure.Status, "status", "the host refused it"),
        (RemoteFileFailure.TooLarge, "too-large", "the file is larger than RemoteFiles:MaxFileBytes"),
        (RemoteFileFailure.Compressed, "compressed", "the host compressed the file, although it was asked not to"),
        (RemoteFileFailure.Empty, "empty", "the host sent no bytes"),
        (RemoteFileFailure.Truncated, "truncated", "the host sent another number of bytes than it had said"),
        (RemoteFileFailure.Changed, "changed", "the file changed between two tries"),
        (RemoteFileFailure.WrongDigest, "wrong-digest", "the file has another digest than the host had said"),
        (RemoteFileFailure.TooManyFailures, "too-many-failures", "the host had failed too often just before"),
    ];

    public static string Name(this RemoteFileFailure failure) => Array.Find(Table, row => row.Failure == failure).Name;

    /// <summary>What staff read, after "because".</summary>
    /// <param name="name">A name of a failure.</param>
    public static string Meaning(string name) => Array.Find(Table, row => row.Name == name).Meaning ?? name;
}
