using System.Net;
using DeviceConsole.Core.Accounts;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Tests.Accounts;

/// <summary>Log-in, sessions, log-out, acting in a tenant: through the pages, as a browser does it.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private AppHost host = null!;
    private Guid acme, other;

    public async Task InitializeAsync()
    {
        host = await AppHost.StartAsync();
        (acme, other) = (await host.Database.CreateTenantAsync("acme"), await host.Database.CreateTenantAsync("other"));
        await host.CreateUserAsync(acme, "ann");
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task The_right_password_opens_the_console_with_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        using var browser = host.OpenBrowser();
        using var first = await browser.GetAsync("/");
        first.StatusCode.Should().Be(HttpStatusCode.Redirect);
        first.Headers.Location!.ToString().Should().Contain("/login");
        using var answer = await browser.LogInAsync("acme", "ann", AppHost.Password);
        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        var cookie = answer.Headers.GetValues("Set-Cookie").Last(c => c.StartsWith("dc-session=", StringComparison.Ordinal));
        cookie.Should().Contain("httponly").And.Contain("samesite=lax").And.NotContain("secure");
        using var home = await browser.GetAsync("/");
        home.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_name_an_unknown_tenant_a_disabled_and_a_suspended_one_get_the_same_answer()
    {
        await host.CreateUserAsync(acme, "gone");
        await host.Database.ExecuteAsync("UPDATE users SET disabled = true WHERE user_name = 'gone'");
        await host.CreateUserAsync(other, "ann");
        await host.Database.ExecuteAsync("UPDATE tenants SET status = 'suspended' WHERE slug = 'other'");
        var answers = new HashSet<string>();
        foreach (var (slug, user, password) in new[] { ("acme", "ann", "wrong"), ("acme", "nobody", AppHost.Password), ("nosuch", "ann", AppHost.Password), ("acme", "gone", AppHost.Password), ("other", "ann", AppHost.Password) })
        {
            using var browser = host.OpenBrowser();
            using var answer = await browser.LogInAsync(slug, user, password);
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            browser.Session.Should().BeNull();
            var html = await answer.Content.ReadAsStringAsync();
            answers.Add(html[html.IndexOf("role=\"alert\"", StringComparison.Ordinal)..].Split("</p>")[0]);
        }
        answers.Should().ContainSingle();
    }

    [Fact]
    public async Task An_unknown_name_costs_as_much_time_as_a_wrong_password()
    {
        var login = host.Get<PasswordLogin>();
        await login.CheckAsync(acme, "ann", "warm up", default);
        var (known, unknown) = await MediansAsync(() => login.CheckAsync(acme, "ann", "wrong", default), () => login.CheckAsync(null, "nobody", "wrong", default),
            () => host.Database.ExecuteAsync("UPDATE users SET access_failed_count = 0, lockout_end = NULL"));
        unknown.Should().BeInRange(known / 3, known * 3);
    }

    [Fact]
    public async Task The_same_name_in_two_tenants_is_two_accounts()
    {
        await host.CreateUserAsync(other, "ann");
        await host.Database.ExecuteAsync("UPDATE users SET password_hash = NULL WHERE tenant_id = $1", other);
        using var browser = host.OpenBrowser();
        (await browser.LogInAsync("other", "ann", AppHost.Password)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await browser.LogInAsync("acme", "ANN", AppHost.Password)).StatusCode.Should().Be(HttpStatusCode.Redirect, "names are not case-sensitive");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_an_account_for_five_minutes_and_no_other()
    {
        await host.CreateUserAsync(other, "ann");
        var login = host.Get<PasswordLogin>();
        for (var i = 0; i < PasswordLogin.MaximumFailures; i++) (await login.CheckAsync(acme, "ann", "wrong", default)).Should().BeNull();
        (await login.CheckAsync(acme, "ann", AppHost.Password, default)).Should().BeNull();
        (await login.CheckAsync(other, "ann", AppHost.Password, default)).Should().NotBeNull();
        (await host.Database.ScalarAsync<long>("SELECT count(*) FROM audit WHERE action = 'user.lock' AND tenant_id = $1", acme)).Should().Be(1);
        await host.Database.ExecuteAsync("UPDATE users SET lockout_end = lockout_end - interval '5 min'");
        (await login.CheckAsync(acme, "ann", AppHost.Password, default)).Should().NotBeNull();
    }

    [Fact]
    public async Task Guesses_at_the_same_time_count_each()
    {
        var login = host.Get<PasswordLogin>();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => login.CheckAsync(acme, "ann", "wrong", default)));
        (await host.Database.ScalarAsync<bool>("SELECT lockout_end > now() FROM users WHERE user_name = 'ann'")).Should().BeTrue();
    }

    [Fact]
    public async Task An_address_that_sprays_passwords_over_names_has_to_wait()
    {
        var throttle = host.Get<AttemptThrottle>();
        for (var i = 0; i < AttemptThrottle.Maximum; i++) throttle.TryBegin(IPAddress.Loopback).Should().BeTrue();
        using var browser = host.OpenBrowser();
        using var answer = await browser.LogInAsync("acme", "ann", AppHost.Password);
        answer.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        throttle.TryBegin(IPAddress.Parse("192.0.2.1")).Should().BeTrue("another address is not held back");
        host.Time.Move(AttemptThrottle.Window);
        (await browser.LogInAsync("acme", "ann", AppHost.Password)).StatusCode.Should().Be(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("/devices?x=1", "/devices?x=1")]
    [InlineData("https://evil.example", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task After_the_log_in_only_pages_of_this_site_are_gone_to(string wanted, string reached)
    {
        using var browser = host.OpenBrowser();
        using var answer = await browser.LogInAsync("acme", "ann", AppHost.Password, $"?returnUrl={Uri.EscapeDataString(wanted)}");
        new Uri(host.Address, answer.Headers.Location!).Should().Be(new Uri(host.Address, reached));
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = host.OpenBrowser();
        (await browser.PostAsync("/t/acme/login", ("_handler", "login"), ("Input.UserName", "ann"), ("Input.Password", AppHost.Password))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        (await browser.PostAsync("/account/logout")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await browser.PostAsync("/account/password", ("_handler", "password"))).StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await browser.PostAsync($"/account/act-as/{other}")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Every_log_in_is_a_new_session_and_log_out_ends_it()
    {
        using var browser = host.OpenBrowser();
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        var first = browser.Session;
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        browser.Session.Should().Be(first, "who is logged in is sent on without a form");
        using var out_ = await browser.SubmitAsync("/account/password", "/account/logout");
        out_.StatusCode.Should().Be(HttpStatusCode.Redirect);
        out_.Headers.Location!.ToString().Should().Be("/t/acme/login");
        browser.Session.Should().BeNull();
        // A cookie that somebody planted before does not become the session.
        browser.Cookies.Add(host.Address, new Cookie("dc-session", "planted", "/"));
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        browser.Session.Should().NotBe("planted").And.NotBe(first).And.NotBeNull();
    }

    [Theory]
    [InlineData("UPDATE users SET disabled = true")]
    [InlineData("UPDATE users SET security_stamp = 'another'")]
    [InlineData("UPDATE users SET role = 'viewer'")]
    [InlineData("DELETE FROM users")]
    [InlineData("UPDATE tenants SET status = 'suspended' WHERE slug = 'acme'")]
    public async Task A_session_ends_within_sixty_seconds_of_a_change_on_another_node(string change)
    {
        using var browser = host.OpenBrowser();
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        (await browser.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.OK);
        await host.Database.ExecuteAsync(change);
        host.Time.Move(TimeSpan.FromSeconds(60));
        (await browser.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.Redirect);
        browser.Session.Should().BeNull();
    }

    [Fact]
    public async Task Changing_the_password_keeps_this_session_and_ends_the_others()
    {
        using var here = host.OpenBrowser();
        using var elsewhere = host.OpenBrowser();
        await here.LogInAsync("acme", "ann", AppHost.Password);
        await elsewhere.LogInAsync("acme", "ann", AppHost.Password);
        const string Next = "staple battery horse correct";
        (string, string)[] fields = [("Input.Old", AppHost.Password), ("Input.New", Next), ("Input.Again", Next)];
        using var changed = await here.SubmitAsync("/account/password", "/account/password", fields);
        (await changed.Content.ReadAsStringAsync()).Should().Contain("Your password is changed");
        (await here.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await host.Get<PasswordLogin>().CheckAsync(acme, "ann", Next, default)).Should().NotBeNull();
        (await host.Get<PasswordLogin>().CheckAsync(acme, "ann", AppHost.Password, default)).Should().BeNull();
    }

    [Fact]
    public async Task A_platform_administrator_acts_in_a_tenant_and_goes_back_and_both_logs_tell_it()
    {
        await host.CreateUserAsync(Tenant.Platform, "root", Roles.PlatformAdmin);
        using var browser = host.OpenBrowser();
        await browser.LogInAsync("platform", "root", AppHost.Password);
        using var acts = await browser.SubmitAsync("/account/password", $"/account/act-as/{acme}");
        acts.StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await browser.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.OK);
        foreach (var tenant in new[] { acme, Tenant.Platform })
            (await host.Database.ScalarAsync<long>("SELECT count(*) FROM audit WHERE action = 'session.act-as' AND tenant_id = $1", tenant)).Should().Be(1);
        await host.Database.ExecuteAsync("UPDATE tenants SET status = 'suspended' WHERE slug = 'acme'");
        host.Time.Move(TimeSpan.FromSeconds(60));
        (await browser.GetAsync("/")).StatusCode.Should().Be(HttpStatusCode.OK, "the administrator is back at home");
        (await browser.SubmitAsync("/account/password", $"/account/act-as/{acme}")).StatusCode.Should().Be(HttpStatusCode.NotFound, "it is suspended");
    }

    [Fact]
    public async Task Nobody_else_acts_in_another_tenant()
    {
        using var browser = host.OpenBrowser();
        await browser.LogInAsync("acme", "ann", AppHost.Password);
        (await browser.SubmitAsync("/account/password", $"/account/act-as/{other}")).StatusCode.Should().NotBe(HttpStatusCode.OK);
        (await host.Database.ScalarAsync<long>("SELECT count(*) FROM audit WHERE action = 'session.act-as'")).Should().Be(0);
    }

    // In turns: whatever else the machine does meets both alike.
    private static async Task<(double First, double Second)> MediansAsync(Func<Task> first, Func<Task> second, Func<Task> between)
    {
        var (ones, others) = (new List<double>(), new List<double>());
        for (var i = 0; i < 9; i++)
        {
            await between();
            ones.Add(await MeasureAsync(first));
            others.Add(await MeasureAsync(second));
        }
        return (ones.Order().ElementAt(ones.Count / 2), others.Order().ElementAt(others.Count / 2));
    }

    private static async Task<double> MeasureAsync(Func<Task> measured)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        await measured();
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
