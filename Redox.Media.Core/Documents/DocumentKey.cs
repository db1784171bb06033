namespace Redox.Media.Core.Documents;

/// <summary>
/// What (source, DocumentID) names, in fixed length. <paramref name="Shard"/> leads every primary key of a document's tables, so that
/// one schema serves one database or a cluster spread by it; <paramref name="Key"/> tells documents apart.
/// </summary>
public readonly record struct DocumentKey(long Shard, Guid Key)
{
    public static DocumentKey Of(string source, string documentId)
    {
        var (shard, key) = Digest.Both('D', source, documentId);
        return new DocumentKey(shard, key);
    }
}
