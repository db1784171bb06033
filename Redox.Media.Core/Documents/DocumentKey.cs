namespace Redox.Media.Core.Documents;

/// <summary>
/// What (source, DocumentID) names, test and production apart, in fixed length. <paramref name="Shard"/> leads every primary key of a
/// document's tables, so that one schema serves one database or a cluster spread by it; <paramref name="Key"/> tells documents apart.
/// </summary>
public readonly record struct DocumentKey(long Shard, Guid Key)
{
    /// <param name="source">The document's source.</param>
    /// <param name="documentId">Its DocumentID.</param>
    /// <param name="isTest">Whether it came with <c>Meta.Test</c>: then it is another document than that of production.</param>
    public static DocumentKey Of(string source, string documentId, bool isTest = false)
    {
        var (shard, key) = isTest ? Digest.Both('D', source, documentId, "test") : Digest.Both('D', source, documentId);
        return new DocumentKey(shard, key);
    }
}
