using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Flamenco.Wire;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Life;

/// <summary>Makes the worker known: registers one that has no id or secret, signs on one that has both.</summary>
internal sealed class Registrar(ManagerClient manager, FlamencoSettings settings, FlamencoArguments arguments, FlamencoFiles files, TimeProvider clock, ILogger log)
{
    private const int SecretLength = 64;
    private const string SecretCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(Math.Min(1, settings.RegisterRetry.TotalSeconds)), settings.RegisterRetry);
    private readonly Trouble _trouble = new(log);
    private int _failures;

    /// <summary>Returns when the manager knows the worker.</summary>
    /// <exception cref="WorkerException">It refuses the worker, or the one try that is allowed failed.</exception>
    public async Task EnterAsync(CancellationToken cancel)
    {
        if (arguments.Reregister || settings.WorkerId.Length == 0 || settings.WorkerSecret.Length == 0)
        {
            await RegisterAsync(cancel).ConfigureAwait(false);
            return;
        }

        manager.Identity = (settings.WorkerId, settings.WorkerSecret);
        if (!await SignOnAsync(cancel).ConfigureAwait(false))
        {
            log.LogWarning("The manager does not accept worker {Id} with its secret. Registering anew.", settings.WorkerId);
            await RegisterAsync(cancel).ConfigureAwait(false);
            if (!await SignOnAsync(cancel).ConfigureAwait(false))
            {
                throw new WorkerException($"The manager at {settings.Manager} does not accept the worker that it has just registered. Look at the manager.");
            }
        }
    }

    private IReadOnlyList<string> Types => arguments.Test ? ["test-blender-render"] : settings.Types;

    private async Task RegisterAsync(CancellationToken cancel)
    {
        // One secret for all tries: when an answer was lost, the manager knows it already.
        var secret = RandomNumberGenerator.GetString(SecretCharacters, SecretLength);
        var request = new RegistrationRequest
        {
            Secret = secret,
            Platform = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
            Nickname = Environment.MachineName,
            SupportedTaskTypes = Types,
            SupportedJobTypes = settings.JobTypes is not null && settings.TaskTypes is null ? Types : null,
        };
        manager.Identity = null;
        while (true)
        {
            var problem = await TryAsync(() => manager.RegisterAsync(request, Token(), cancel), answer =>
            {
                if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    throw new WorkerException($"The manager at {settings.Manager} refuses the registration: {answer}. Set worker_registration_secret to its secret.");
                }

                return answer.IsSuccess && FlamencoWire.Read<RegistrationAnswer>(answer.Body)?.Id is { Length: > 0 } id ? id : null;
            }, "registration", cancel).ConfigureAwait(false);
            if (problem is { } id)
            {
                manager.Identity = (id, secret);
                Keep(id, secret);
                return;
            }
        }
    }

    // Whether the manager accepts the worker.
    private async Task<bool> SignOnAsync(CancellationToken cancel)
    {
        while (true)
        {
            var answered = await TryAsync(() => manager.SignOnAsync(new SignOnRequest(Environment.MachineName, Types), cancel), answer => answer.Status switch
            {
                HttpStatusCode.Unauthorized => "no",
                HttpStatusCode.Forbidden => throw new WorkerException($"The manager at {settings.Manager} refuses worker {settings.WorkerId}: {answer}. Start once with --reregister to get a new id."),
                // Managers of the first versions have no such call: with them a worker is back when it asks for a task.
                HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => "yes",
                _ => answer.IsSuccess ? "yes" : null,
            }, "sign-on", cancel).ConfigureAwait(false);
            if (answered is not null)
            {
                return answered == "yes";
            }
        }
    }

    private async Task<string?> TryAsync(Func<Task<ManagerAnswer>> call, Func<ManagerAnswer, string?> judge, string what, CancellationToken cancel)
    {
        string problem;
        try
        {
            var answer = await call().ConfigureAwait(false);
            if (judge(answer) is { } good)
            {
                _failures = 0;
                _trouble.Over($"The manager answers; the {what} went through.");
                return good;
            }

            problem = $"The manager at {settings.Manager} answered {answer} to the {what}.";
        }
        catch (ManagerAwayException e)
        {
            problem = $"The manager at {settings.Manager} cannot be reached for the {what}: {e.Message}.";
        }

        if (arguments.RegisterOnce)
        {
            throw new WorkerException($"{problem} Start the manager or set manager_url; without --register-once the worker would try again.");
        }

        _trouble.Is($"{problem} Trying again, at last every {settings.RegisterRetry.TotalSeconds:0.###} s.");
        await Task.Delay(_backoff.After(++_failures), clock, cancel).ConfigureAwait(false);
        return null;
    }

    private string? Token() => settings.RegistrationSecret.Length == 0 ? null : RegistrationToken.Of(settings.RegistrationSecret, clock.GetUtcNow());

    private void Keep(string id, string secret)
    {
        try
        {
            files.Keep(id, secret);
            log.LogInformation("Registered as worker {Id}; id and secret are in {File}.", id, files.Credentials);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("Registered as worker {Id}, but id and secret cannot be written to {File}: {Reason} The next start registers another worker; make the file writable.", id, files.Credentials, e.Message);
        }
    }
}
