using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Redox.Media.Core.Keys;

namespace Redox.Media.Api.Security.Keys;

/// <summary>
/// The keys of ASP.NET Core's Data Protection in the database, for all instances. A whole element is encrypted, with the key's ID and
/// dates, not only its secret (IXmlEncryptor): none of it can be changed or moved to another row. Data Protection reads them when it is
/// first used and once a day, and blocks until they have been read: its interface has no asynchronous form.
/// </summary>
internal sealed class DataProtectionKeys(IKeyStore store, KeyCipher cipher) : IXmlRepository
{
    public const string Purpose = "data-protection";

    private long _last;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var keys = store.ReadAsync(Purpose, CancellationToken.None).GetAwaiter().GetResult();
        XElement[] elements = [.. keys.Select(key => XElement.Parse(Encoding.UTF8.GetString(cipher.Decrypt(key))))];
        Volatile.Write(ref _last, keys.Count == 0 ? 0 : keys[^1].Number);
        return elements;
    }

    /// <summary>
    /// A new key is not stored if another instance has stored one since this one has read them: Data Protection reads them again and takes
    /// that one. Otherwise two instances that start at once would have a key each, and one would not know that of the other for a day.
    /// </summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        var isKey = element.Name.LocalName == "key";
        var bytes = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var id = string.IsNullOrEmpty(friendlyName) ? Guid.NewGuid().ToString() : friendlyName;
        store.AddAsync(cipher.Encrypt(Purpose, id, bytes), isKey ? Volatile.Read(ref _last) : long.MaxValue, CancellationToken.None)
            .GetAwaiter().GetResult();
    }
}
