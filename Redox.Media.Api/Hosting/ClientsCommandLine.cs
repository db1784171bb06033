using System.CommandLine;
using System.CommandLine.Parsing;
using Redox.Media.Api.Clients;

namespace Redox.Media.Api.Hosting;

/// <summary>The commands that change the registry of clients.</summary>
internal static class ClientsCommandLine
{
    public static Command Define(CommandHandlers handlers) => new("clients", "Partner apps that are registered in the database")
    {
        DefineList(handlers), DefineShow(handlers), DefineAdd(handlers), DefineAddEngine(handlers), DefineRotate(handlers),
        DefineRevoke(handlers),
    };

    private static Command DefineList(CommandHandlers handlers) => new Command("list", "A line for each: ID, state, source, name")
        .Acting(handlers, _ => (command, cancellation) => command.ListAsync(cancellation));

    private static Command DefineShow(CommandHandlers handlers)
    {
        var id = Id();
        return new Command("show", "All of one, without secrets") { id }.Acting(handlers, read =>
        {
            var client = read.GetRequiredValue(id);
            return (command, cancellation) => command.ShowAsync(client, cancellation);
        });
    }

    private static Command DefineAdd(CommandHandlers handlers)
    {
        var (id, name, key, secret) = (Id(), Name(), KeyFile(), NewSecret());
        var jwks = new Option<string>("--jwks-url")
        {
            HelpName = "URL", Description = "Where the client publishes its public keys as a JWK Set, by https",
        };
        var source = new Option<string>("--source")
        {
            Required = true, HelpName = "SOURCE", Description = "Source of the documents that it creates (Meta.Source.ID)",
        };
        var scopes = new Option<string[]>("--scope")
        {
            HelpName = "SCOPE", Description = "SMART scope; may be repeated. Without any it may do nothing",
        };
        var visible = new Option<string[]>("--visible")
        {
            HelpName = "SOURCE", Description = "Source that it may see, * for all; may be repeated. Without any, its own",
        };
        var requests = new Option<string>("--max-requests")
        {
            HelpName = "NUMBER", Description = "Requests a second to one instance; without it, Fhir:MaxRequestsPerSecond",
        };
        var add = new Command("add", "Registers a partner app") { id, name, source, scopes, visible, requests, key, jwks, secret };
        add.Validators.Add(result =>
        {
            if (new Option[] { key, jwks, secret }.Count(option => Has(result, option)) != 1)
            {
                result.AddError("One of --key FILE, --jwks-url URL and --secret new is required.");
            }
        });
        return add.Acting(handlers, read =>
        {
            var asked = new NewClient
            {
                Id = read.GetRequiredValue(id),
                Name = read.GetValue(name),
                Source = read.GetValue(source),
                Scopes = read.GetValue(scopes) ?? [],
                Visible = read.GetValue(visible) ?? [],
                MaxRequests = NewClient.Requests(read.GetValue(requests)),
                JwksUrl = read.GetValue(jwks),
            };
            var file = read.GetValue(key);
            return (command, cancellation) => command.AddAsync(asked, file, cancellation);
        });
    }

    private static Command DefineAddEngine(CommandHandlers handlers)
    {
        var (id, name) = (Id(), Name());
        return new Command("add-engine", "Registers the Redox engine, and prints its secret once") { id, name }.Acting(handlers, read =>
        {
            var asked = new NewClient { Id = read.GetRequiredValue(id), Name = read.GetValue(name), IsEngine = true };
            return (command, cancellation) => command.AddAsync(asked, null, cancellation);
        });
    }

    private static Command DefineRotate(CommandHandlers handlers)
    {
        var (id, key, secret) = (Id(), KeyFile(), NewSecret());
        var retire = new Option<string>("--retire") { HelpName = "KID", Description = "Retires a key, and all tokens of the client" };
        var rotate = new Command("rotate", "Adds a second key or secret, retires one, or both") { id, key, secret, retire };
        rotate.Validators.Add(result =>
        {
            if (Has(result, key) && Has(result, secret))
            {
                result.AddError("Of --key FILE and --secret new only one may be given.");
            }
            else if (!Has(result, key) && !Has(result, secret) && !Has(result, retire))
            {
                result.AddError("One of --key FILE, --secret new and --retire KID is required.");
            }
        });
        return rotate.Acting(handlers, read =>
        {
            var (client, file, isSecret, retired) =
                (read.GetRequiredValue(id), read.GetValue(key), read.GetValue(secret) is not null, read.GetValue(retire));
            return (command, cancellation) => command.RotateAsync(client, file, isSecret, retired, cancellation);
        });
    }

    private static Command DefineRevoke(CommandHandlers handlers)
    {
        var id = Id();
        return new Command("revoke", "Revokes a client and its tokens; its ID is not used again") { id }.Acting(handlers, read =>
        {
            var client = read.GetRequiredValue(id);
            return (command, cancellation) => command.RevokeAsync(client, cancellation);
        });
    }

    private static Command Acting(
        this Command command, CommandHandlers handlers, Func<ParseResult, Func<ClientsCommand, CancellationToken, Task<string?>>> act)
    {
        command.SetAction((read, cancellation) => handlers.Clients(act(read), cancellation));
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "ID of the client" };

    private static Option<string> Name() => new("--name") { Required = true, HelpName = "NAME", Description = "What people call it" };

    private static Option<string> KeyFile() => new("--key")
    {
        HelpName = "FILE",
        Description = "File with a public key as a JWK or a JWK Set: RSA of at least 2048 bits for RS384, or P-384 for ES384",
    };

    // What was given is not in the message: it may be a secret.
    private static Option<string> NewSecret()
    {
        var secret = new Option<string>("--secret") { HelpName = "new", Description = "Makes a secret, which is printed once" };
        secret.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value != "new"))
            {
                result.AddError("The option --secret takes the word new: a secret is made and never given.");
            }
        });
        return secret;
    }

    private static bool Has(CommandResult result, Option option) => result.GetResult(option) is not null;
}
