"""Every page template with sample values, by the path the gallery shows it at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from shuyuan.web.render.account_values import GrantAsked, Line, ProxyAsked, ScopeRow
from shuyuan.web.render.page_values import (
    Answer,
    AuditRow,
    Condition,
    Difference,
    GrantRow,
    PackCard,
    Request,
    Rival,
    RoleRow,
    Session,
    SheetColumn,
    SheetRow,
    SourceLine,
    Step,
    TextDiff,
    Version,
)
from shuyuan.web.render.values import (
    Bar,
    Button,
    Chart,
    Choice,
    Empty,
    Entry,
    Group,
    Link,
    Listing,
    Note,
    Pager,
    Pair,
    Part,
    Pill,
    Problem,
    Stat,
    Toast,
)

from tests.web.look.samples import Samples

Page = tuple[str, dict[str, Any]]


def pages(s: Samples) -> dict[str, Page]:
    """Template and values of every page; `shell` or `gate` among the values."""
    found = {**daily(s), **records(s), **definitions(s), **office(s)}
    for path, (template, values) in found.items():
        values.setdefault("shell", None if values.get("gate") else s.shell(path))
        if template != "error.html" and values["shell"] is None:
            del values["shell"]
    return found


def daily(s: Samples) -> dict[str, Page]:
    tasks = (
        Entry(s("转班申请 · 高雨桐", "Class transfer · Gao Yutong"), "/case", s("高二（2）班 · 教务处 · 2 小时前", "Grade 11, class 2 · registrar · 2 hours ago"), Pill(s("今天到期", "Due today"), "bad")),
        Entry(s("休学申请 · 欧阳明轩", "Suspension · Ouyang Mingxuan"), "/case", s("高二（2）班 · 班主任已同意 · 昨天", "Grade 11, class 2 · class teacher approved · yesterday"), Pill(s("今天到期", "Due today"), "bad")),
        Entry(s("成绩更正 · 张诗涵", "Correction of a result · Zhang Shihan"), "/case", s("高二（1）班 · 任课教师 · 11-21", "Grade 11, class 1 · subject teacher · 21 Nov"), Pill(s("还有 2 个教学日", "2 school days left"), "warn")),
    )  # fmt: skip
    return {
        "/": ("home.html", dict(
            greeting=s("王老师，下午好", "Good afternoon, Ms Wang"), note=None, soft=s("11月24日 星期二 · 第 12 周（双周）· 东校区", "Tuesday 24 November · week 12 (even) · East campus"),
            waiting=Listing(s("等我处理", "Waiting for me"), tasks, Link(s("全部 4 项待办", "All 4 tasks"), "/inbox"), s("没有等您处理的事。", "Nothing is waiting for you.")),
            stats=(
                Stat(s("在读学生", "Enrolled students"), "1,248", "/list", Pill(s("较上月 +16", "+16 since last month"), "ok")),
                Stat(s("今日出勤", "Present today"), "96.6%", "/list", Pill(s("缺勤 42 人", "42 absent"), "warn")),
                Stat(s("待审批", "Waiting for approval"), "37", "/inbox", Pill(s("超时 5", "5 overdue"), "bad")),
                Stat(s("学籍异动", "Status changes"), "9", soft=s("本月", "this month")),
            ),
            charts=(Chart(s("各班人数", "Students per class"), tuple(
                Bar(s(f"高一（{n}）班", f"Grade 10, class {n}"), share, str(count)) for n, share, count in ((1, 100, 52), (2, 94.2, 49), (3, 98, 51), (4, 90.4, 47), (5, 84.6, 44))
            ), Link(s("打开班级", "Open the classes"), "/list")),),
            cards=(Listing(s("今日请假", "On leave today"), (
                Entry(s.name(3), "/record", s("病假 · 11-24 至 11-25", "Sick leave · 24 to 25 Nov")), Entry(s.name(6), "/record", s("事假 · 今天下午", "Personal leave · this afternoon")),
            ), Link(s("全部", "All"), "/list")), Listing(s("到期未销假", "Not back after leave"), (), none=s("都按时返校了。", "Everybody is back in time."))),
            hints=(
                Link(s("点名", "Take the roll"), "/list", "attendance", soft=s("只点没到的同学，其余默认到勤，8:00 前交。", "Mark only those who are missing and hand it in before eight.")),
                Link(s("替学生请假", "Ask for leave for a student"), "/form", "request", soft=s("家长打电话来时由您代填。", "When a parent calls, fill it in here.")),
            ),
            buttons=(Button(s("新建申请", "New request"), "/requests", kind="primary", icon="request"),),
        )),
        "/inbox": ("inbox.html", dict(
            soft=s("4 条待办，2 条今天到期", "4 tasks, 2 of them due today"),
            tabs=(Link(s("待我处理", "For me"), "/inbox", current=True, count="4"), Link(s("我处理过的", "Done by me"), "/inbox?done"), Link(s("抄送我的", "Copied to me"), "/inbox?copies"), Link(s("代他人处理", "For somebody else"), "/inbox?proxy")),
            groups=(
                Listing(s("今天到期", "Due today"), tuple(Entry(e.label, e.href, e.soft, e.pill, at == 0, str(at + 1), "/inbox?task=1") for at, e in enumerate(tasks[:2]))),
                Listing(s("以后", "Later"), (Entry(tasks[2].label, tasks[2].href, tasks[2].soft, tasks[2].pill), Entry(s("证书开具 · 郭子轩", "Certificate · Guo Zixuan"), "/case", s("高一（1）班 · 自动核验通过", "Grade 10, class 1 · checked automatically"), None, id="9"))),
            ),
            post="/inbox", bulk=(Button(s("同意", "Approve"), name="go", value="approve", icon="approve"), Button(s("转交", "Hand over"), name="go", value="hand_over", icon="hand-over")),
            case=s.case(), once="once", beside=True, pager=None, empty=None,
        )),
        "/inbox-empty": ("inbox.html", dict(soft="", tabs=(), groups=(), post="/inbox", bulk=(), once="", beside=True, pager=None, case=None, empty=Empty(s("都处理完了。", "All done."), "check", Button(s("看我处理过的", "See what I did"), "/inbox")))),
        "/case": ("case.html", dict(case=replace(s.case(problems=True), href=""), crumbs=(Link(s("待办", "Inbox"), "/inbox"),), drawing=s.drawing())),
        "/requests": ("requests.html", dict(
            tabs=(Link(s("进行中", "Open"), "/requests", current=True, count="2"), Link(s("已结束", "Finished"), "/requests?done"), Link(s("草稿", "Drafts"), "/requests?drafts")),
            requests=(
                Request(s("请假 · 11-24 至 11-25", "Leave · 24 to 25 November"), "/case", Pill(s("审批中", "Being decided"), "warn"), s("昨天 09:12 提交", "handed in yesterday at 09:12"), s("年级组长 刘老师", "Mr Liu, head of grade"), 2, 3),
                Request(s("转班申请", "Class transfer"), "/case", Pill(s("退回修改", "Returned for changes"), "info"), s("意见：材料不全", "Comment: documents are missing"), s("我", "me"), 1, 4),
            ),
            empty=None, pager=None,
            forms=(Group(s("可以申请", "What can be asked for"), (Link(s("请假", "Leave"), "/form", "calendar", soft=s("手机上填，批准后出示给门卫即可离校。", "Fill it in on the phone; once approved, show it at the gate.")), Link(s("转班申请", "Class transfer"), "/form", "class", soft=s("每学期第一周受理", "Taken in the first week of the term")))),),
        )),
        "/search": ("search.html", dict(q="cyh", groups=(
            Listing(s("学生", "Students"), (Entry(s.name(0), "/record", "202600001 · " + s("高一（1）班", "Grade 10, class 1"), Pill(s("在读", "Enrolled"), "ok")),), Link(s("更多学生", "More students"), "/list")),
            Listing(s("申请", "Requests"), (Entry(s("请假 · ", "Leave · ") + s.name(0), "/case", s("11-20", "20 Nov")),)),
        ))),
        "/search-none": ("search.html", dict(q="zzzz", groups=())),
        "/settings": ("settings.html", dict(
            lang_now=s.lang, theme="auto", keys=True, problems=(), account=(Pair(s("姓名", "Name"), s.name(1)), Pair(s("账号", "Account"), "chen"), Pair(s("担任的角色", "Roles held"), s("教务、教职工", "Registrar, staff"), wide=True)),
            proxies=(Line(s("陈老师", "Ms Chen"), s("11-26 至 11-28", "26 to 28 November"), "/end"),), proxy=ProxyAsked(), people_source="/people-named",
            sessions=(Session("1", s("Windows 上的 Chrome", "Chrome on Windows"), s("办公室 · 现在", "office · now"), True), Session("2", s("微信（手机）", "WeChat on a phone"), s("昨天 21:40", "yesterday 21:40"))),
            tokens=(Line(s("食堂系统", "Canteen"), s("student:read · 有效期到 12-31", "student:read · until 31 Dec"), "/revoke", Pill(s("有效", "Works"), "ok")), Line(s("旧的", "Old one"), "*:read", "/revoke", Pill(s("已过期", "Ran out"), "warn"))),
        )),
        "/token": ("token.html", dict(made="", until="", problems=(Problem(s("名称没有填。", "The name is missing."), "", "f-title"),), title="", days="90", every="some", scopes=(ScopeRow(s("学生", "Students"), Choice("student:read", s("学生：查看", "Students: read"), True), Choice("student:write", s("学生：修改", "Students: change"))), ScopeRow(s("成绩", "Results"), Choice("result:read", s("成绩：查看", "Results: read")), None)))),
        "/token-made": ("token.html", dict(made="syt_9f3b1c7d2e8a4f6b0c5d1e7f3a9b2c8d", until=s("2027年2月22日", "22 Feb 2027"), problems=(), title="", days="", every="", scopes=())),
        "/sign-in": ("sign_in.html", dict(gate=s.gate(), problems=(Problem(s("账号或密码不对。", "The account or the password is wrong."), s("再试一次，或者找回密码。", "Try again, or ask for a new password."), "f-login"),), note=None, post="/sign-in", next="/", name="wangxm", code=False, ways=(Link(s("用学校统一身份登录", "Use the school's single sign-on"), "/sso"),), demo="Shuyuan-2026", visitors=(Choice("admin", s("系统管理员", "Administrator"), soft=s.name(1)), Choice("head", s("高一（1）班班主任", "Class teacher of grade 10, class 1"), soft=s.name(6))))),
        "/sign-in-code": ("sign_in.html", dict(gate=s.gate(), problems=(), note=Note(s("30 分钟没有操作，已退出登录。", "Signed out after 30 minutes without activity."), "info"), post="/sign-in", next="/", name="", code=True, ways=(), demo="", visitors=())),
        "/password": ("password.html", dict(gate=s.gate(), problems=(), note=Note(s("现在的密码是管理员设的。", "An administrator chose the present password."), "info"), post="/settings/password", next="/", code=None, least=10, back=None)),
        "/reset": ("password.html", dict(gate=s.gate(), problems=(Problem(s("这个重置码不对。", "This code is wrong."), s("再核对一遍。", "Compare it once more."), "f-code"),), note=None, post="/reset", next="/", code="1234-5678", least=10, back=Link(s("登录", "Sign in"), "/sign-in"))),
    }  # fmt: skip


def records(s: Samples) -> dict[str, Page]:
    table: dict[str, Any] = dict(
        title=s("在读学生", "Enrolled students"), soft=s("2026 学年秋季 · 东、西两校区", "Autumn 2026 · East and West campus"),
        buttons=(Button(s("导入", "Import"), "/import", icon="import"), Button(s("导出", "Export"), "/ask", icon="export", dialog=True), Button(s("新增学生", "New student"), "/form", kind="primary", icon="plus")),
        views=(Link(s("在读学生", "Enrolled students"), "/list", current=True), Link(s("休学学生", "Suspended students"), "/list?2"), Link(s("30 天内应复学", "Due to return within 30 days"), "/list?3"), Link(s("住校生", "Boarders"), "/list?4"), Link(s("我的：预警学生", "Mine: students at risk"), "/list?5")),
        address="/list", filters=s.filters(), q="", q_help=s("姓名、拼音首字母或学号", "Name, pinyin initials or number"), kept=(("sort", "name"),), held=(("sort", "name"),), gone=None,
        chips=(Link(s("班级：高一（2）班", "Class: Grade 10, class 2"), "/list"),), view_buttons=(Button(s("存为视图", "Save view"), "/ask", kind="quiet", icon="star", dialog=True),), columns=s.columns(), body=s.rows(), select=True,
        bulk=(Button(s("分班", "Place in a class"), name="go", value="place", icon="class"), Button(s("发通知", "Send a notice"), name="go", value="notify", icon="bell"), Button(s("导出", "Export"), name="go", value="export", icon="export")),
        bulk_post="/bulk", all_count="1000+", all_href="/count", chooser=s.choices(("姓名", "Name"), ("学号", "Student no."), ("班级", "Class"), chosen=0),
        pager=Pager(s("第 26–37 条", "26 to 37"), "/list?before", "/list?after"), empty=None, part=False, cards=False, groups=s.choices(("班级", "Class"), ("住宿", "Boarding")),
    )  # fmt: skip
    parts = (
        Part(s("基本信息", "Basics"), (
            Pair(s("学号", "Student no."), "202600004"), Pair(s("班级", "Class"), Markup('<a href="/record">') + s("高二（2）班", "Grade 11, class 2") + Markup("</a>")),
            Pair(s("身份证号", "Resident id"), "110***********1234", reveal="/reveal"), Pair(s("出生日期", "Date of birth"), s("2010年1月1日", "1 January 2010"), soft=s("16 岁", "16 years")),
            Pair(s("性别", "Sex"), s("女", "female")), Pair(s("宿舍", "Dormitory"), "3-405"), Pair(s("备注", "Remarks"), s("对花生过敏。参加校田径队，周二、周四下午训练。", "Allergic to peanuts. In the athletics team: training on Tuesday and Thursday afternoons."), wide=True),
        ), buttons=(Button(s("编辑", "Edit"), "/form", kind="quiet", icon="edit", key="e"),)),
        Part(s("监护人", "Guardians"), (Pair(s("母亲 李秀兰", "Mother, Li Xiulan"), "138****9977", reveal="/reveal"), Pair(s("父亲 张建国", "Father, Zhang Jianguo"), "139****0021", reveal="/reveal"))),
    )  # fmt: skip
    edit: dict[str, Any] = dict(
        title=s("转学入学申请", "Application for transfer into the school"), soft=s("提交后由班主任审批，通常 1 个工作日", "The class teacher decides first, usually within one working day"), crumbs=(Link(s("我的申请", "My requests"), "/requests"),),
        problems=(), calm=False, notes=(), post="/form", body=s.fields(), buttons=(Button(s("提交申请", "Hand in"), name="go", value="submit", kind="primary"), Button(s("保存草稿", "Keep as a draft"), name="go", value="draft", icon="save")),
        hint=s("可随时离开，草稿会保留 30 天", "You may leave; the draft is kept for 30 days"), once="once-token", version="", autosave="/draft", saved=s("草稿已保存 14:32", "Draft saved at 14:32"), live="/form", files=True,
    )  # fmt: skip
    return {
        "/list": ("list.html", table),
        "/list-long": ("list.html", table | dict(body=s.rows(50))),
        "/list-plain": ("list.html", table | dict(views=(), filters=(), q=None, chips=(), view_buttons=(), chooser=(), select=False, body=Markup("").join((s.lists.group(s("高一（1）班", "Grade 10, class 1"), 7), s.rows(3).replace(Markup("<td class=\"x\">"), Markup("<td hidden>")))), pager=None)),
        "/list-empty": ("list.html", table | dict(q="zzzz", chips=(), empty=Empty(s("没有符合条件的学生。", "No student fits these filters."), "search", Button(s("清除筛选", "Clear the filters"), "/list", icon="close")))),
        "/record": ("record.html", dict(
            title=s("高雨桐", "Gao Yutong"), soft="202600004 · " + s("高二（2）班 · 东校区", "Grade 11, class 2 · East campus"), pill=Pill(s("在读", "Enrolled"), "ok"), crumbs=(Link(s("在读学生", "Enrolled students"), "/list"),),
            buttons=(Button(s("打印", "Print"), "/record?print", icon="print"), Button(s("编辑", "Edit"), "/form", icon="edit", key="e"), Button(s("学籍异动", "Status change"), "/form", kind="primary", icon="workflow")),
            more=(Button(s("更新联系方式", "Update contacts"), "/form", icon="form"), Button(s("打印", "Print"), "?print", icon="print"), Button(s("删除", "Delete"), icon="delete", why="/why")),
            notes=(Note(s("连续两周缺勤 3 次以上。", "Absent three times or more in two weeks running."), "warn", s("出勤预警", "Attendance warning"), Link(s("看依据", "See why"), "/why")),),
            parts=parts, tabs=(Link(s("考勤", "Attendance"), "/record", current=True), Link(s("成绩", "Results"), "/record?2"), Link(s("请假", "Leave"), "/record?3"), Link(s("在班记录", "Enrolment"), "/record?4")),
            related=s.lists.table(s("考勤", "Attendance"), s.columns(), s.rows(3), True),
            cases=Listing(s("申请", "Requests"), (Entry(s("转班申请", "Class transfer"), "/case", s("昨天 09:12", "yesterday 09:12"), Pill(s("审批中", "Being decided"), "warn")),)),
            history=s.history(), history_more=Link(s("全部历史", "Whole history"), "/record?history"), shell=s.shell("/record", (Toast(s("已成功保存“高雨桐”。", "“Gao Yutong” was saved."), "/undo"),)),
        )),
        "/form": ("form.html", edit),
        "/form-wrong": ("form.html", edit | dict(problems=s.problems(), body=s.fields(True), notes=(Note(s("这份表单刚刚更新过，已填内容都保留。", "This form was just changed; everything typed is kept."), "info"),))),
        "/history": ("history.html", dict(title=s("高雨桐 的历史", "History of Gao Yutong"), crumbs=(Link(s("在读学生", "Enrolled students"), "/list"),), history=s.history(), pager=Pager("", "/history", "/history?after=1"), back=Button(s("返回", "Back"), "/record"))),
        "/bulk-set": ("bulk.html", dict(
            title=s("修改 3 条学生", "Change 3: students"), soft=s("可以整批撤销。", "The whole can be undone."), crumbs=(Link(s("在读学生", "Enrolled students"), "/list"),), problems=(), post="/bulk-set", kept=(("id", "1"), ("id", "2")),
            field=s.choices(("班级", "Class"), ("住宿", "Boarding"), chosen=0), body=s.widgets.combobox("class", s("班级", "Class"), "/options"), live="/bulk-set", buttons=(Button(s("全部修改", "Change them all"), kind="primary", icon="check"),), once="once", back="/list",
        )),
        "/conflict": ("conflict.html", dict(
            title=s("高雨桐", "Gao Yutong"), who=s("陈老师", "Ms Chen"), when=s.when("今天 14:30", "today 14:30"), post="/conflict", version="8", once="o", back="/record", kept=(("sex", "2"),),
            rivals=(Rival("dorm", s("宿舍", "Dormitory"), "3-402", "3-405", "3-404"), Rival("phone", s("电话", "Telephone number of the guardian"), "", "13900210021", "", False)),
            others=(Difference(s("班级", "Class"), s("高二（2）班", "Grade 11, class 2"), s("高二（3）班", "Grade 11, class 3")),),
        )),
        "/ask": ("ask.html", dict(title=s("终止这个申请？", "Cancel this request?"), text=s("申请人会收到通知，已通过的审批会作废。", "The requester is told, and approvals given so far no longer count."), post="/ask", problems=(), fields=s.widgets.textarea("comment", s("原因", "Reason"), rows=2), kept=(("id", "4"),), buttons=(Button(s("终止申请", "Cancel the request"), kind="danger", icon="close"),), back="/case", once="o")),
        "/reveal": ("reveal.html", dict(label=s("高雨桐的身份证号", "the resident id of Gao Yutong"), post="/reveal-shown", purposes=s.choices(("核对报名信息", "Checking an enrolment"), ("联系家长", "Calling the parents"), ("上级检查", "Inspection by the authority")), problems=(), value="", seconds=60, left=s("今天还可以查看 28 次", "28 more today"), back="/record")),
        "/reveal-shown": ("reveal.html", dict(label=s("高雨桐的身份证号", "the resident id of Gao Yutong"), post="/reveal-shown", purposes=(), problems=(), value="110101201001011234", seconds=60, left="", back="/record")),
        "/why": ("why.html", dict(title=s("为什么不能直接办结？", "Why can this not be finished at once?"), text="", back="/case", conditions=(
            Condition(s("您是这个步骤的审批人", "You decide at this step"), True), Condition(s("财务核对还没有完成", "Finance has not finished its check"), False, s("由东校区财务处理，或者先退回。", "Either finance of the East campus acts, or return it first.")),
        ))),
        "/error-404": ("error.html", dict(status=404, title=s("没有这个页面，或者您看不到它", "There is no such page, or it is not for you to see"), text=s("核对地址，或者用上面的搜索框找。", "Check the address, or use the search box above."), buttons=(), problems=(), number="01J9-7QXK", gate=None)),
        "/error-429": ("error.html", dict(status=429, title=s("试得太快了", "Too many attempts"), text=s("等 30 秒再试。", "Wait 30 seconds, then try again."), buttons=(Button(s("再试一次", "Try again"), "/sign-in"),), problems=(), number="", gate=s.gate())),
    }  # fmt: skip


def definitions(s: Samples) -> dict[str, Page]:
    yaml = [
        "form: student_intake",
        "of: student",
        "title: {zh: 新生登记, en: Intake}",
        "layout:",
        "  - section: {zh: 基本信息}",
        "    fields: [name, guardian_phnoe, [class, status]]",
    ]
    typo = Problem(
        s(
            "表单上的字段 guardian_phnoe 在“学生”里没有。是不是 guardian_phone？",
            "The form shows a field that “student” does not have: guardian_phnoe. Did you mean guardian_phone?",
        ),
        s(
            "改正名称，或者在 entities/student.yaml 里加上它。",
            "Either correct the name, or add the field to entities/student.yaml.",
        ),
        code="FORM_014",
        line=6,
        href="#L6",
    )
    lack = Problem(
        s("“基本信息”没有英文标题。", "The section has no English title."),
        code="DEF_021",
        warning=True,
        line=5,
        href="#L5",
    )
    tabs = (
        Link(s("定义", "Definitions"), "/definitions", current=True),
        Link(s("版本", "Versions"), "/versions"),
        Link(s("作业", "Jobs"), "/jobs"),
    )
    return {
        "/definitions": ("definitions/index.html", dict(
            soft=s("线上第 17 版 · 王老师 11-20 发布", "Version 17 is live · published by Ms Wang on 20 November"), tabs=tabs,
            buttons=(Button(s("从模板新建", "New from a template"), "/ask", icon="plus"), Button(s("查看变更计划", "See the plan"), "/plan", kind="primary", icon="workflow")),
            notes=(Note(s("有 3 处修改还没有发布。", "3 changes are not published yet."), "info", link=Link(s("查看变更计划", "See the plan"), "/plan")),),
            packs=(PackCard(s("学校", "School"), s("学籍、考勤、成绩、请假", "Registration, attendance, results, leave"), Pill("1.4.0", "muted"), (
                Group(s("实体", "Entities"), (Link(s("学生", "Student"), "/source", "student", soft=s("43 个字段", "43 fields")), Link(s("班级", "Class"), "/source", "class", soft=s("12 个字段", "12 fields")))),
                Group(s("表单", "Forms"), (Link(s("转学入学申请", "Application for transfer into the school"), "/source", "form", count="1", soft=s("有 1 处要改", "1 thing to mend")),)),
                Group(s("流程", "Workflows"), (Link(s("请假", "Leave"), "/source", "workflow", soft=s("5 步", "5 steps")),)),
            ), (Button(s("导出", "Export"), "/export", kind="quiet", icon="export"),)),), discard="/discard",
        )),
        "/source": ("definitions/source.html", dict(
            title=s("新生登记", "Student intake"), soft="definitions/school/forms/student.yaml", crumbs=(Link(s("定义", "Definitions"), "/definitions"),), buttons=(Button(s("编辑文本", "Edit the text"), "/source-edit", icon="edit", key="e"),),
            tabs=(Link(s("设计器", "Designer"), "/designer"), Link(s("文本", "Text"), "/source", current=True), Link(s("历史", "History"), "/versions")),
            lines=tuple(SourceLine(n, text, "bad" if n == 6 else "warn" if n == 5 else "", (typo,) if n == 6 else (lack,) if n == 5 else ()) for n, text in enumerate(yaml, 1)),
            problems=(typo, lack), editing=False, text="", post="/source", seen="", drawings=(), notes=(Note(s("这是您改过、还没有发布的内容。", "This is your edit; it is not published."), "warn"),),
            acts=(Button(s("撤回改动", "Throw the edit away"), formaction="/discard", kind="quiet", icon="undo"), Button(s("删除这个文件", "Take this document out"), formaction="/remove", kind="quiet", icon="delete", confirm=s("去掉它？", "Take it out?"))),
        )),
        "/source-edit": ("definitions/source.html", dict(title=s("新生登记", "Student intake"), soft="definitions/school/forms/student.yaml", crumbs=(), buttons=(), tabs=(), lines=(), problems=(replace(typo, href="#text"),), editing=True, text="\n".join(yaml), post="/source", seen="abc", notes=(), drawings=(), acts=())),
        "/clash": ("definitions/clash.html", dict(title=s("两边都改了 student.yaml", "student.yaml was changed on both sides"), crumbs=(Link(s("定义", "Definitions"), "/definitions"),), note=Note(s("改好后保存。", "Mend it and keep it."), "warn"), differences=(Difference(s("第 3 行", "line 3"), s("title: 新生", "title: Intake"), s("title: 登记", "title: Registration")),), text="\n".join(yaml), post="/source", seen="abc")),
        "/document-new": ("definitions/new.html", dict(crumbs=(Link(s("定义", "Definitions"), "/definitions"),), problems=(Problem(s("school/x.yaml 已经有了。", "school/x.yaml is there already."), "", "f-path"),), path="school/x.yaml", text="entity: club", post="/new")),
        "/kinds": ("definitions/kinds.html", dict(title=s("给“学生”加一个字段", "Add a field to “Student”"), soft=s("这个字段是什么？", "What kind of field is it?"), crumbs=(Link(s("定义", "Definitions"), "/definitions"),), groups=(Group(s("文字", "Words"), (Link(s("单行文字", "Text"), "/field"), Link(s("多行文字", "Long text"), "/field"))), Group(s("数字", "Numbers"), (Link(s("整数", "Whole number"), "/field"),))))),
        "/field": ("definitions/field.html", dict(
            title=s("给“学生”加一个字段", "Add a field to “Student”"), soft=s("单选", "Choice"), crumbs=(Link(s("定义", "Definitions"), "/definitions"),), buttons=(Button(s("换一种", "Another kind"), "/kinds"),), problems=(Problem(s("“标题”还没有填。", "“Title” is still empty."), "", "f-zh"),),
            given=dict.fromkeys(("zh", "en", "name", "choices", "target", "codelist", "scale", "help", "required"), ""), errors={**dict.fromkeys(("zh", "en", "name", "choices", "target", "codelist", "scale", "help", "required"), ""), "zh": s("“标题”还没有填。", "“Title” is still empty.")}, asks=frozenset({"choices", "target", "codelist", "scale"}),
            targets=s.choices(("学生", "Student"), ("班级", "Class")), codelists=s.choices(("民族", "Ethnic group"), ("学科", "Subject")), forms=(Answer("on-intake", s("表单“登记新生”", "Form “Register a student”"), s.choices(("基本信息", "Basics"), ("其他", "More"), chosen=1)),), views=s.choices(("在读学生", "Enrolled students"), ("我的班级", "My class"), chosen=0), anyway=s("不勾选也看得到：教务。", "Seen in any case by: Registrar."), roles=s.choices(("家长", "Guardian"), ("学生", "Student")), post="/field",
        )),
        "/plan": ("definitions/plan.html", dict(
            title=s("变更计划", "Plan"), more="", files=(), says="", empty=None, soft=s("第 17 版 → 第 18 版", "Version 17 → version 18"), stale=None, problems=(replace(lack, href="/source#L5"),), post="/plan", seen="abc",
            stats=(Stat(s("受影响的记录", "Records touched"), "1,248"), Stat(s("草稿", "Drafts"), "6"), Stat(s("进行中的申请", "Running cases"), "3")),
            steps=(
                Step("1", s("去掉字段“座右铭”", "Remove the field “Motto”"), Pill(s("会丢数据", "Loses values"), "bad"), (s("312 条记录填过", "filled in on 312 records"), s("1 个视图用到", "used by 1 view")), (Link(s.name(0), "/record", soft=s("志存高远", "Aim high")),), typed=s("座右铭", "Motto"), remedy=s("原来的值保留到保存期结束。", "The former values are kept until retention ends."), given="x", error=s("还没有确认。", "Not confirmed yet.")),
                Step("2", s("合并选项“寄宿”到“住校”", "Merge the option “Lodger” into “Boarder”"), Pill(s("要对应", "Needs an answer"), "warn"), (s("57 条记录", "57 records"),), choices=(Answer("map/lodger", s("“寄宿”的记录改成", "Records with “Lodger” become"), s.choices(("住校", "Boarder"), ("走读", "Day student"))),)),
                Step("3", s("“宿舍”改名为“寝室”", "“Dormitory” is renamed “Room”"), Pill(s("安全", "Safe"), "ok"), (s("数据不动", "values stay as they are"),), differences=(Difference(s("标题", "Title"), s("宿舍", "Dormitory"), s("寝室", "Room")),)),
            ),
            cases=(Condition(s("10 天病假：班主任同意后通过", "Ten days of sick leave end after the class teacher"), True), Condition(s("60 天参军：图书馆驳回后结束", "Sixty days in the army end when the library rejects"), False, s("现在停在“会签”。", "It now stays at the countersignature."))),
            publish=Button(s("发布第 18 版", "Publish version 18"), kind="primary", icon="check"), buttons=(Button(s("试一试", "Try it"), "/ask", icon="play"),),
        )),
        "/plan-none": ("definitions/plan.html", dict(title=s("变更计划", "Plan"), soft="", stale=None, problems=(), stats=(), steps=(), more="", cases=(), files=(), says="", post="/plan", seen="", publish=None, empty=Empty(s("没有要发布的改动。", "There is nothing to publish."), "check", Button(s("去改定义", "Change a definition"), "/definitions")), buttons=())),
        "/plan-bad": ("definitions/plan.html", dict(title=s("变更计划", "Plan"), more="", files=(TextDiff("school/forms/student.yaml", Pill(s("改动", "changed"), "info"), (SourceLine(3, "of: student"), SourceLine(4, "title: old", "old"), SourceLine(4, "title: new", "new"))),), says="", empty=None, soft=s("第 17 版 → 第 18 版", "Version 17 → version 18"), stale=Note(s("您看这份计划时，陈老师发布了第 18 版。下面是重新算过的。", "While you looked at this plan, Ms Chen published version 18. Below is a fresh one."), "warn"), problems=(replace(typo, href="/source#L6"),), stats=(), steps=(), cases=(), post="/plan", seen="abc", publish=Button(s("发布", "Publish"), why="/why", icon="check"), buttons=())),
        "/versions": ("definitions/versions.html", dict(soft="", tabs=tabs, compare="/compare", pager=None, versions=(
            Version(s("第 17 版", "Version 17"), s.when("11-20 16:02", "20 Nov 16:02"), s("王晓梅", "Wang Xiaomei"), s("请假加“离校时间”", "Leave asks for the time of departure"), "/source", Pill(s("线上", "Live"), "ok"), (Button(s("比较", "Compare"), "/compare"),)),
            Version(s("第 16 版", "Version 16"), s.when("11-02 09:40", "2 Nov 09:40"), s("王晓梅", "Wang Xiaomei"), "", "/source", None, (Button(s("比较", "Compare"), "/compare"), Button(s("回退到这一版", "Roll back to this version"), "/ask", icon="undo", dialog=True))),
        ))),
        "/compare": ("definitions/compare.html", dict(crumbs=(Link(s("版本", "Versions"), "/versions"),), address="/compare", old=(Choice("16", "16", True),), new=(Choice("17", "17", True),), more=s("还有 2 项。", "And more: 2."),
            steps=(Step("1", s("表单“请假”改变。", "The form “Leave” changes."), Pill(s("安全", "Safe"), "ok"), lines=(s("字段新增：离校时间。", "fields added: time of departure."),)),),
            files=(TextDiff("school/forms/leave.yaml", Pill(s("改动", "changed"), "info"), (SourceLine(3, "of: leave"), SourceLine(4, "fields: [days]", "old"), SourceLine(4, "fields: [days, departs]", "new"), SourceLine(0, "⋯"), SourceLine(9, "help:")), "/source"),),
        )),
        "/kept": ("definitions/kept.html", dict(crumbs=(Link(s("定义", "Definitions"), "/definitions"),), problems=(), due=True, post="/kept", steps=(
            Step("1", "student.motto", Pill(s("到期", "Due"), "warn"), (s("312 条记录填过", "filled in on 312 records"),), typed="student.motto"),
            Step("2", "club", Pill(s("保留中", "Kept"), "ok"), (s("保留到 2027-11-24", "kept until 24 Nov 2027"),)),
        ))),
        "/version": ("definitions/version.html", dict(title=s("第 16 版", "Version 16"), soft=s("11-02 09:40 · 王晓梅", "2 Nov 09:40 · Wang Xiaomei"), crumbs=(Link(s("版本", "Versions"), "/versions"),), buttons=(Button(s("回退到这一版", "Roll back to this version"), "/ask", icon="undo"),), pill=None, more="",
            steps=(Step("1", s("“学生”新增字段“昵称”。", "New field “Nickname” of “Student”."), Pill(s("安全", "Safe"), "ok")),), documents=(Link("school/entities/student.yaml", "/source"), Link("school/pack.yaml", "/source")))),
    }  # fmt: skip


def office(s: Samples) -> dict[str, Page]:
    fields = s.choices(("姓名", "Name"), ("身份证号", "Resident id"), ("班级", "Class"), chosen=0)
    sheet: dict[str, Any] = dict(
        title=s("2026级新生名单.xlsx", "intake-2026-final-version-2.xlsx"),
        soft=s("工作表“高一” · 512 行 · 表头第 3 行", "Sheet “Grade 10” · 512 rows · headings in row 3"),
    )
    stats = (
        Stat(s("新增", "New"), "486"),
        Stat(s("修改", "Changed"), "21"),
        Stat(s("不变", "Unchanged"), "2"),
        Stat(s("不能导入", "Refused"), "3"),
    )
    accounts = Markup("").join(
        s.lists.row(
            "",
            s.name(n),
            (
                s.lists.cell("t", "", s.name(n), "/person"),
                s.lists.cell("s", "", s.ui.pill(Pill(s("可登录", "Can sign in"), "ok"))),
                s.lists.cell("", s("角色", "Roles"), s("班主任、任课教师", "Class teacher, subject teacher")),
            ),
            False,
        )
        for n in range(4)
    )
    roles = tuple(
        Link(r, "/roles", current=n == 2)
        for n, r in enumerate(
            (
                s("系统管理员", "Administrator"),
                s("教务", "Registrar"),
                s("班主任", "Class teacher"),
                s("家长", "Guardian"),
            )
        )
    )
    all_, unit, none, mask = (
        Pill(s("全部", "all"), "ok"),
        Pill(s("本班", "own class"), "info"),
        Pill(s("不可", "none"), "muted"),
        Pill(s("遮盖", "masked"), "warn"),
    )
    people_tabs = (
        Link(s("人员", "People"), "/users", current=True),
        Link(s("角色", "Roles"), "/roles"),
        Link("API", "/tokens"),
    )
    audit = (
        AuditRow(s.when("今天 14:32", "today 14:32"), s("王晓梅", "Wang Xiaomei"), s("修改记录", "Changed a record"), Link(s("高雨桐", "Gao Yutong"), "/record"), (s("宿舍：3-402 → 3-405", "Dormitory: 3-402 → 3-405"),)),
        AuditRow(s.when("今天 14:10", "today 14:10"), s("陈老师", "Ms Chen"), s("查看敏感信息", "Looked at sensitive values"), Link(s("李语嫣", "Li Yuyan"), "/record"), (s("身份证号；目的：核对报名信息", "Resident id; purpose: checking an enrolment"),)),
    )  # fmt: skip
    return {
        "/import": ("import/upload.html", dict(problems=(), post="/import", forms=s.choices(("学生", "Students"), ("班级", "Classes")), sample=Link(s("下载空白表", "Download an empty sheet"), "/sample"), past=Listing(s("以前的导入", "Earlier imports"), (Entry(s("教职工.xlsx", "staff.xlsx"), "/work-done", s("9-1 · 84 行", "1 Sep · 84 rows"), Pill(s("可撤销", "Can be undone"), "info")),)))),
        "/import-columns": ("import/columns.html", sheet | dict(problems=(), notes=(Note(s("第 513 行像是合计，没有算进来。", "Row 513 looks like a total and was left out."), "info"),), post="/import-check", back="/import", keys=s.choices(("学号", "Student no."), ("身份证号", "Resident id"), chosen=1), columns=(
            SheetColumn("c0", s("*姓名", "*Name"), (s.name(0), s.name(1)), fields, Pill(s("一定", "sure"), "ok")),
            SheetColumn("c1", s("身份证件号码", "Number of the identity document"), ("110***1234", "3.10E+17"), fields, Pill(s("猜的", "guessed"), "warn"), s("第 9 行的号码成了科学计数，末几位已丢失。", "Row 9 is in scientific notation; its last digits are lost.")),
            SheetColumn("c2", s("爱好", "Hobby"), (s("篮球", "basketball"),), fields),
        ))),
        "/import-check": ("import/check.html", sheet | dict(stats=stats, post="/work", back="/import-columns", pager=None, apply=Button(s("导入 507 行", "Import 507 rows"), kind="primary", icon="import"), sheet=Link(s("下载带批注的表", "The sheet with remarks"), "/sheet"), tabs=(Link(s("全部", "All"), "/import-check", current=True), Link(s("不能导入", "Refused"), "/import-check?bad", count="3")), rows=(
            SheetRow(4, s.name(0), Pill(s("新增", "New"), "ok")),
            SheetRow(9, s.name(1), Pill(s("不能导入", "Refused"), "bad"), (Problem(s("身份证号“3.10E+17”不完整。", "The resident id “3.10E+17” is incomplete."), s("在表格里把这一列设为文本再填。", "Set the column to text and fill it in again."), code="REC_031"),)),
            SheetRow(12, s.name(3), Pill(s("修改", "Changed"), "info"), (), (Difference(s("宿舍", "Dormitory"), "3-402", "3-405"),), "/record"),
        ))),
        "/work": ("work.html", dict(title=s("导入 2026级新生名单.xlsx", "Importing intake-2026.xlsx"), soft=s("正在写入第 214 行…", "Writing row 214…"), done=214, all=507, address="/work", running=True, stats=(), results=None, buttons=(Button(s("停下来", "Stop"), name="go", value="cancel", icon="close"),), post="/work")),
        "/work-done": ("work.html", dict(title=s("导入完成", "The import is done"), soft=s("507 行已导入，3 行没有导入。", "507 rows were imported, 3 were not."), done=507, all=507, address="/work", running=False, stats=stats, results=Listing(s("没有导入的行", "Rows that were not imported"), (Entry(s("第 9 行", "Row 9"), "/record", s("身份证号不完整", "The resident id is incomplete")),)), buttons=(Button(s("撤销整批导入", "Undo the whole import"), name="go", value="undo", icon="undo"),), post="/work")),
        "/users": ("users/index.html", dict(soft=s("128 人可以登录", "128 people can sign in"), buttons=(Button(s("新增人员", "New person"), "/ask", kind="primary", icon="plus"),), tabs=people_tabs, address="/users", filters=s.filters()[:1], q="", columns=(s.columns()[0], s.columns()[1], s.columns()[3]), body=accounts, pager=None, empty=None)),
        "/users-new": ("users/new.html", dict(problems=(Problem(s("登录名已经有人用了。", "That sign-in name is taken."), "", "f-login"),), person_source="/options", record="7", shown=s.name(0), login="chenyh", name=s.name(0), email="", lang_now="zh", once="1")),
        "/users-code": ("users/code.html", dict(name=s.name(0), login="chenyh", code="4k2m-9xqz-77ab-1cde", hours=24, address="https://school.example.cn/reset", person="/person")),
        "/person": ("users/person.html", dict(
            title=s.name(0), soft=s("登录名 chenyh", "signs in as chenyh"), pill=Pill(s("可登录", "Can sign in"), "ok"), post="/person", acts=(Button(s("生成重置码", "New reset code"), name="do", value="code", icon="key"), Button(s("停用", "Lock"), name="do", value="off", kind="danger", icon="lock", confirm=s("继续吗？", "Go on?"))),
            account=(Pair(s("登录名", "Name to sign in"), "chenyh"), Pair(s("邮箱", "E-mail"), "")), records=(Line(s.name(0), s("教职工", "Staff member"), "/unlink"), Line("#12", s("您没有权限查看", "not for you to see"))), person_source="/options",
            grants=(GrantRow(s("班主任", "Class teacher"), s("高一（1）班", "Grade 10, class 1"), "", s("班级上的“班主任”是他", "Named as class teacher on the class")), GrantRow(s("教务", "Registrar"), s("东校区", "East campus"), "2026-09-01 –", "", "/person")),
            roles=s.choices(("教务", "Registrar"), ("校长", "Principal")), asked=GrantAsked("", s("西校", "West"), "", ""), unit_source="/options", problems=(Problem(s("没有这个单位。", "There is no such unit."), s("从下拉里选。", "Choose one of those found."), "f-unit"),), name=s.name(0), email="", lang_now="zh", sessions=(Session("1", s("Windows 上的 Chrome", "Chrome on Windows"), s("昨天 17:20", "yesterday 17:20")),), history=Listing(s("最近的操作", "Did lately"), (Entry(s("登录", "Signed in"), "/audit", s("昨天 17:20", "yesterday 17:20")),), Link(s("查看全部", "See all"), "/audit")),
        )),
        "/roles": ("users/roles.html", dict(tabs=people_tabs, roles=roles, title=s("班主任", "Class teacher"), soft=s("在担任的单位里可以做的事。", "What it may do in the units it is held in."), system=(Pill(s("管理人员", "manages people"), "info"),), reasons=(s("证件号由教务处管理。", "ID numbers are kept by the office."),), operations=(s("看", "See"), s("新增", "Create"), s("改", "Edit"), s("删", "Delete"), s("导出", "Export"), s("显示", "Show"), s("导入", "Import")), buttons=(Button(s("授给了谁", "Who was given it"), "/users", icon="people"),), rows=(
            RoleRow(s("学生", "Student"), (unit, none, unit, none, mask, mask, none), (s("遮盖：身份证号、民族", "masked: ID number, ethnic group"), s("只能改：手机", "may change only: phone"))), RoleRow(s("请假", "Leave"), (unit, all_, unit, none, unit, none, none)),
        ))),
        "/audit": ("audit.html", dict(soft=s("每一次修改、查看敏感信息和导出", "Every change, every look at sensitive values, every export"), address="/audit", filters=s.filters()[:2], q="", chips=(), rows=audit, buttons=(), pager=None)),
        "/jobs": ("jobs.html", dict(stats=(Stat(s("搁置", "Laid aside"), "1"), Stat(s("等待执行", "Waiting"), "12")), rows=(Line(s("邮件通知 task:12", "Mail task:12"), s("试过 8 次 · 连不上邮件服务器", "tried 8 times · the mail server did not answer"), "4", Pill(s("搁置", "Laid aside"), "bad")),))),
        "/notices": ("notices.html", dict(rows=(Entry(s("待办：学生请假", "For you: student leave"), "/case", s("“王语颖”等您办理 · 今天 09:12", "“Wang Yuying” waits for you · today 09:12"), Pill(s("未读", "New"), "info")), Entry(s("转班：已办结", "Transfer: completed"), "/case", s("昨天 17:20", "yesterday 17:20"))), unread=True, until="1", older="/notices?before=1.1")),
    }  # fmt: skip
