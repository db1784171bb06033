using System.Security.Cryptography;
using System.Threading.Channels;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Keys;

namespace Redox.Media.Api.Security.Keys;

/// <summary>
/// Encrypts stored keys anew that another key than the first of <c>KeyEncryption:Keys</c> has encrypted: in the background, at start and
/// when the settings have changed. Afterwards the others may be removed from the settings.
/// </summary>
internal sealed partial class KeyReencryption : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private readonly IKeyStore _store;
    private readonly KeyCipher _cipher;
    private readonly TimeProvider _time;
    private readonly ILogger<KeyReencryption> _logger;
    private readonly Channel<bool> _changed =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public KeyReencryption(
        IKeyStore store, KeyCipher cipher, LastKnownGood<KeyEncryptionSettings> settings, TimeProvider time,
        ILogger<KeyReencryption> logger)
    {
        (_store, _cipher, _time, _logger) = (store, cipher, time, logger);
        settings.Follow(_ => _changed.Writer.TryWrite(true)); // after the cipher, which is made before: it has the new keys then
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _changed.Reader.ReadAllAsync(stoppingToken))
        {
            while (!await TryReencryptAsync(stoppingToken))
            {
                await Task.Delay(RetryInterval, _time, stoppingToken);
            }
        }
    }

    private async Task<bool> TryReencryptAsync(CancellationToken cancellation)
    {
        try
        {
            await ReencryptAsync(cancellation);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false; // readiness says so
        }
    }

    private async Task ReencryptAsync(CancellationToken cancellation)
    {
        var count = 0;
        foreach (var key in await _store.ReadAsync(purpose: null, cancellation))
        {
            try
            {
                var decrypted = _cipher.Decrypt(key); // also those that are current: an error must not wait for the first use
                if (!_cipher.IsCurrent(key)
                    && await _store.ReplaceAsync(_cipher.Encrypt(key.Purpose, key.Id, decrypted), key.Encrypted, cancellation))
                {
                    count++;
                }

                CryptographicOperations.ZeroMemory(decrypted);
            }
            catch (CryptographicException problem)
            {
                LogUnreadable(_logger, problem.Message);
            }
        }

        if (count > 0)
        {
            LogReencrypted(_logger, count);
        }
    }

    [LoggerMessage(
        EventId = 1840, Level = LogLevel.Information,
        Message = "{Count} stored keys were encrypted anew with KeyEncryption:Keys:0; they do not need the other keys there any more")]
    private static partial void LogReencrypted(ILogger logger, int count);

    [LoggerMessage(EventId = 1841, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogUnreadable(ILogger logger, string problem);
}
