"""Sample values for every page: realistic Chinese, and English with long labels."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from shuyuan.web.render.drawing import Arrow, Box, Inner, drawing
from shuyuan.web.render.env import environment
from shuyuan.web.render.page_values import Case, Difference
from shuyuan.web.render.values import (
    Branch,
    Button,
    Choice,
    Column,
    Filter,
    Gate,
    Group,
    Link,
    Mark,
    Pair,
    Pill,
    Problem,
    Shell,
    Toast,
    When,
)
from shuyuan.web.render.words import Lang

NAMES = (
    ("陈宇航", "Chen Yuhang"), ("李天佑", "Li Tianyou"), ("赵浩然", "Zhao Haoran"), ("高雨桐", "Gao Yutong"),
    ("欧阳明轩", "Ouyang Mingxuan"), ("杨欣怡", "Yang Xinyi"), ("李语嫣", "Alexandra Featherstonehaugh-Cholmondeley"),
    ("高文博", "Gao Wenbo"), ("张诗涵", "Zhang Shihan"), ("阿卜杜热西提·吾买尔江", "Abdureshit Omerjan"),
    ("刘一诺", "Liu Yinuo"), ("郭子轩", "Guo Zixuan"),
)  # fmt: skip


class Samples:
    """Values of every page in one language."""

    def __init__(self, lang: Lang, theme: str = "auto") -> None:
        self.lang = lang
        self.theme = theme
        self.at = 0 if lang == "zh" else 1
        env = environment(lang)
        self.ui: Any = env.globals["ui"]
        self.widgets: Any = env.globals["widgets"]
        self.lists: Any = env.globals["lists"]

    def __call__(self, zh: str, en: str) -> str:
        return en if self.at else zh

    def name(self, at: int) -> str:
        return NAMES[at % len(NAMES)][self.at]

    def when(self, zh: str, en: str, iso: str = "2026-11-23T09:12:00+08:00") -> When:
        return When(iso, self(zh, en), iso[:16].replace("T", " "))

    # --- the frame ---------------------------------------------------------------------------------------------------

    def shell(self, path: str = "/", toasts: tuple[Toast, ...] = ()) -> Shell:
        s = self
        daily = (
            Link(s("首页", "Home"), "/", "home", path == "/"),
            Link(s("待办", "Inbox"), "/inbox", "inbox", path == "/inbox", "4"),
            Link(s("我的申请", "My requests"), "/requests", "request", path == "/requests"),
        )
        people = (
            Link(s("在读学生", "Enrolled students"), "/list", "student", path == "/list"),
            Link(s("班级", "Classes"), "/lists/classes", "class"),
            Link(s("教职工", "Staff members and other employees"), "/lists/staff", "people"),
        )
        teaching = (
            Link(s("课程", "Courses"), "/lists/courses", "course"),
            Link(s("课表", "Timetable"), "/lists/timetable", "calendar"),
            Link(s("点名册", "Attendance rolls"), "/lists/rolls", "attendance", count="2"),
            Link(s("成绩", "Results"), "/lists/results", "chart"),
        )
        office = (
            Link(s("定义", "Definitions"), "/definitions", "definitions", path == "/definitions"),
            Link(s("人员与角色", "People and roles"), "/users", "key", path == "/users"),
            Link(s("组织", "Organisation"), "/lists/org", "units"),
            Link(s("导入", "Import"), "/import", "import", path == "/import"),
            Link(s("审计", "Audit"), "/audit", "shield", path == "/audit"),
        )
        return Shell(
            s("青禾中学", "Qinghe Middle School"), s("王晓梅", "Wang Xiaomei"), "csrf-token-csrf-token", path,
            (Group("", daily), Group(s("学籍", "Registration"), people), Group(s("教学", "Teaching"), teaching),
             Group(s("管理", "Administration"), office)),
            (daily[0], daily[1], daily[2], people[0]),
            (Link(s("换成班主任身份", "Act as class teacher"), "/settings/role", "hand-over"),),
            toasts, self.theme,
        )  # fmt: skip

    def gate(self) -> Gate:
        return Gate(self("青禾中学", "Qinghe Middle School"), "csrf-token-csrf-token", "/sign-in", self.theme)

    # --- pieces that several pages share -----------------------------------------------------------------------------

    def rows(self, count: int = 12, ticked: tuple[int, ...] = ()) -> Markup:
        s, cell = self, self.lists.cell
        states = (
            Pill(s("在读", "Enrolled"), "ok"),
            Pill(s("休学", "Suspended"), "info"),
            Pill(s("待审核", "Waiting for approval"), "warn"),
        )
        made = []
        for at in range(count):
            name, state = s.name(at), states[(0, 1, 0, 0, 1, 0, 2)[at % 7]]
            phone = "" if at % 5 == 4 else f"138****{(9779 * (at + 3)) % 10000:04d}"
            made.append(s.lists.row(str(at + 1), name, (
                cell("t", "", name, f"/record?{at}"), cell("s", "", s.ui.pill(state)),
                cell("d", s("学号", "Student no."), f"2026000{at + 1:02d}"),
                cell("", s("班级", "Class"), s(f"高{'一二三'[at % 3]}（{at % 4 + 1}）班", f"Grade {10 + at % 3}, class {at % 4 + 1}")),
                cell("", s("校区", "Campus"), s("东校区", "East campus") if at % 2 else s("西校区", "West campus")),
                cell("d", s("监护人电话", "Guardian's telephone number"), phone),
                cell("n", s("出勤率", "Attendance"), f"{81 + at * 7 % 20}%"),
            ), True, at in ticked))  # fmt: skip
        return Markup("").join(made)

    def columns(self) -> tuple[Column, ...]:
        s = self
        return (
            Column(s("姓名", "Name"), "t", "?sort=-name", "name", "ascending"),
            Column(s("状态", "Status"), "s", "?sort=status", "status"),
            Column(s("学号", "Student no."), "d", "?sort=student_no", "student_no"),
            Column(s("班级", "Class"), "", "?sort=class", "class"),
            Column(s("校区", "Campus")),
            Column(s("监护人电话", "Guardian's telephone number"), "d"),
            Column(s("出勤率", "Attendance"), "n", "?sort=rate", "rate"),
        )

    def history(self) -> tuple[Mark, ...]:
        s = self
        return (
            Mark(s("王晓梅修改了 2 个字段", "Wang Xiaomei changed 2 fields"), "muted", s.when("今天 14:32", "today 14:32"),
                 lines=(s("宿舍：3-402 → 3-405", "Dormitory: 3-402 → 3-405"), s("电话：138****9779 → 139****0021", "Phone: 138****9779 → 139****0021"))),
            Mark(s("转班申请通过", "Class transfer approved"), "ok", s.when("11-20 10:40", "20 Nov 10:40")),
            Mark(s("由导入创建：新生名单.xlsx 第 12 行", "Created by import: intake.xlsx row 12"), "muted", s.when("9-1 08:05", "1 Sep 08:05")),
        )  # fmt: skip

    def case(self, problems: bool = False) -> Case:
        s = self
        return Case(
            title=s("转班申请 · 高雨桐", "Class transfer · Gao Yutong"),
            soft=s("高二（2）班 · 昨天 09:12 提交", "Grade 11, class 2 · handed in yesterday at 09:12"),
            pill=Pill(s("待我审批", "Waiting for me"), "warn"), due=Pill(s("今天 18:00 前", "by 18:00 today"), "bad"),
            href="/case", record=Link(s("打开学生", "Open the student"), "/record"),
            pairs=(
                Pair(s("学号", "Student no."), "202600004"), Pair(s("现班级", "Present class"), s("高二（2）班", "Grade 11, class 2")),
                Pair(s("申请转入", "Wants to join"), s("高一（3）班", "Grade 10, class 3"), soft=s("余 4 个名额", "4 places left")),
                Pair(s("理由", "Reason"), s("选科调整为物化地，原班级未开设。", "Changed electives to physics, chemistry and geography, which the present class does not offer.")),
                Pair(s("监护人电话", "Guardian's phone"), "138****1812", reveal="/reveal"),
            ),
            files=(Link(s("家长同意书.pdf", "consent-of-the-parents-signed-and-scanned.pdf"), "/files/1", soft="210 KB"),),
            path=(
                Mark(s("高雨桐提交申请", "Gao Yutong handed it in"), "ok", s.when("11-23 09:12", "23 Nov 09:12")),
                Mark(s("班主任 陈老师 同意", "Class teacher Ms Chen approved"), "ok", s.when("11-23 10:40", "23 Nov 10:40"), s("情况属实", "Confirmed.")),
                Mark(s("教务处 王老师（我）待审批", "Registrar Ms Wang (me) decides"), "warn", lines=(s("因为您是东校区的教务", "Because you are the registrar of the East campus"),)),
                Mark(s("归档并通知家长", "Filed, and the parents are told"), "next"),
            ),
            acts=(
                Button(s("同意", "Approve"), name="~act", value="approve", kind="primary", icon="approve", key="a"),
                Button(s("退回修改", "Return for changes"), name="~act", value="return", icon="return"),
                Button(s("驳回", "Reject"), name="~act", value="reject", kind="danger", icon="reject"),
            ),
            more=(
                Button(s("直接办结", "Finish at once"), why="/why", icon="check"),
                Button(s("转交", "Hand over"), "/ask", icon="hand-over", dialog=True),
                Button(s("加签", "Add a signer"), "/ask", icon="plus", dialog=True),
                Button(s("终止", "Cancel the request"), why="/why", icon="close"),
            ),
            stock=(s("情况属实，同意。", "Confirmed, approved."), s("材料不全，补齐后再提交。", "Documents are missing; hand it in again with them.")),
            says=True, targets=s.choices(("填写申请", "Fill in"), ("班主任意见", "Class teacher")),
            stands=s("教务处审批：等您办理", "Registrar: waits for you"), next="/inbox",
            comment_help=s("同意可不填，驳回和退回必填", "Not needed to approve; needed to reject or return"),
            differences=(Difference(s("班级", "Class"), s("高二（2）班", "Grade 11, class 2"), s("高一（3）班", "Grade 10, class 3")),),
            problems=(Problem(s("驳回要写意见。", "A rejection needs a comment."), s("写明原因再驳回。", "Say why, then reject."), "f-~comment"),) if problems else (),
            comment_error=s("驳回要写意见。", "A rejection needs a comment.") if problems else "",
            post="/case", version="7", once="once",
        )  # fmt: skip

    def drawing(self) -> Markup:
        """A workflow with everything a drawing can have."""
        s = self
        boxes = (
            Box("a", s("填写申请", "Fill in"), soft=s("高雨桐", "Gao Yutong"), mark="done"),
            Box("b", s("按天数分流", "By length"), "auto", mark="done"),
            Box("c", s("会签", "Countersignature"), mark="now", inner=(Inner(s("年级组长", "Head of grade"), mark="done"), Inner(s("教务处", "Office"), mark="now"))),
            Box("d", s("已批准", "Approved"), "ok"), Box("e", s("未批准", "Refused"), "bad"),
        )  # fmt: skip
        arrows = (
            Arrow("a", "b", s("提交", "Submit"), taken=True), Arrow("b", "c", s("缺课天数 > 3", "School days missed > 3"), taken=True),
            Arrow("b", "d", s("其他情况", "otherwise")), Arrow("c", "d", s("同意", "Approve")), Arrow("c", "e", s("不同意", "Reject"), "down"),
            Arrow("c", "a", s("退回", "Return"), "back"),
        )  # fmt: skip
        return drawing(s("请假", "Leave"), boxes, arrows, self.lang)

    def choices(self, *pairs: tuple[str, str], chosen: int = -1) -> tuple[Choice, ...]:
        return tuple(Choice(str(at), self(*pair), at == chosen) for at, pair in enumerate(pairs))

    def fields(self, wrong: bool = False) -> Markup:
        """A form with every control."""
        s, w = self, self.widgets
        bad = (
            s(
                "身份证号校验位不对，核对最后一位。",
                "The check digit of the resident id is wrong; compare the last digit.",
            )
            if wrong
            else ""
        )
        lacking = s("“监护人手机号”还没有填写。", "“Guardian's mobile number” has not been filled in.") if wrong else ""
        kin = s.choices(("父亲", "Father"), ("母亲", "Mother"), ("祖父母", "Grandparent"), chosen=1)
        columns = (s("姓名", "Name"), s("关系", "Relation"), s("手机号", "Mobile number"))

        def row(at: Any, name: str = "", phone: str = "", rid: str = "", error: str = "") -> Markup:
            path = f"guardians/{at}"
            return w.row("guardians", at, columns, (
                w.cell_input(f"{path}/name", columns[0], at, name),
                w.cell_select(f"{path}/relation", columns[1], at, kin),
                w.cell_input(f"{path}/phone", columns[2], at, phone, "tel", error, "tel"),
            ), rid)  # fmt: skip

        one = Markup("").join((
            self.line(
                w.input("name", s("姓名", "Name"), s("张雨桐", "Zhang Yutong"), help=s("与身份证一致", "As on the resident id card"), max=60),
                w.input("resident_id", s("身份证号", "Resident id"), "110101201001011234", error=bad),
                w.input("birth_date", s("出生日期", "Date of birth"), "2010-01-01", kind="date"),
            ),
            self.line(
                w.radios("sex", s("性别", "Sex"), s.choices(("男", "Male"), ("女", "Female"), chosen=1)),
                w.combobox("ethnic_group", s("民族", "Ethnic group"), "/options", "01", s("汉族", "Han")),
                w.input("school", s("原就读学校", "School attended before"), optional=True),
            ),
            self.line(
                w.select("grade", s("申请年级", "Grade applied for"), s.choices(("高一", "Grade 10"), ("高二", "Grade 11"), chosen=0)),
                w.combobox("class", s("班级", "Class"), "/options", help=s("只列出有空位的班级", "Only classes with places are listed")),
                w.input("starts", s("入学日期和时间", "Day and time of arrival"), "2027-02-22T08:00", kind="datetime-local"),
            ),
            self.line(
                w.input("wake", s("起床时间", "Gets up at"), "06:30", kind="time", optional=True),
                w.input("height", s("身高", "Height"), "162.5", mode="decimal", unit=s("厘米", "centimetres")),
                w.value("age", s("年龄", "Age"), s("16 岁", "16 years"), s("由出生日期算出", "Worked out from the date of birth")),
            ),
            self.line(
                w.masked("bank", s("银行卡号", "Bank card number"), "****8823", "/reveal"),
                w.checks("needs", s("需要", "Needs"), s.choices(("住宿", "Boarding"), ("校车", "School bus"), ("午餐", "Lunch"), chosen=0)),
            ),
            self.line(w.check("consent", s("监护人已同意处理敏感个人信息", "The guardian has agreed to the use of sensitive personal data"), True, s("未满 14 周岁必须由监护人同意。", "Needed for children under 14."))),
        ))  # fmt: skip
        rows = Markup("").join((
            row(0, s("李秀兰", "Li Xiulan"), "13812349977", "71"),
            row(1, s("张建国", "Zhang Jianguo"), "", "72", s("还没有填写。", "Not filled in.") if wrong else ""),
        ))  # fmt: skip
        two = Markup("").join((
            w.input("phone", s("监护人手机号", "Guardian's mobile number"), kind="tel", help=s("用于接收通知", "Notices go there"), error=lacking, mode="tel"),
            w.rows("guardians", s("监护人", "Guardians"), columns, rows, row("__n__"), add=s("加一位监护人", "Add a guardian"), next=2),
        ))  # fmt: skip
        three = Markup("").join((
            w.textarea("why", s("转学原因", "Reason for the transfer"), s("父母工作调动。", "The parents' work moved."), max=500),
            w.file("proof", s("转学证明", "Certificate of transfer"), (Choice("8", s("转学证明.pdf", "certificate.pdf"), True, "210 KB"),), ".pdf,image/*", True,
                   s("PDF 或照片，每个不超过 10 MB", "PDF or photographs, up to 10 MB each"), optional=True),
            w.file("photo", s("照片", "Photograph"), accept="image/*", optional=True, image=True),
        ))  # fmt: skip
        section = "{% call widgets.section(title, help) %}{{ body }}{% endcall %}"
        made = environment(self.lang).from_string(section)
        return Markup("").join(
            Markup(made.render(title=title, help=says, body=body))
            for title, says, body in (
                (s("学生信息", "Student"), "", one),
                (
                    s("监护人", "Guardians"),
                    s("至少一位；第一位先联系。", "At least one; the first is called first."),
                    two,
                ),
                (s("材料", "Documents"), "", three),
            )
        )

    def line(self, *fields: Markup) -> Markup:
        made = environment(self.lang).from_string(
            "{% call widgets.line() %}{% for f in fields %}{{ f }}{% endfor %}{% endcall %}"
        )
        return Markup(made.render(fields=fields))

    def problems(self) -> tuple[Problem, ...]:
        s = self
        return (
            Problem(s("身份证号校验位不对，核对最后一位。", "The check digit of the resident id is wrong; compare the last digit."), field="f-resident_id"),
            Problem(s("“监护人手机号”还没有填写。", "“Guardian's mobile number” has not been filled in."), field="f-phone"),
            Problem(s("监护人第 2 行的“手机号”还没有填写。", "“Mobile number” in row 2 of the guardians has not been filled in."), field="f-guardians-1-phone"),
        )  # fmt: skip

    def filters(self) -> tuple[Filter, ...]:
        s = self
        return (
            Filter("class", s("班级", "Class"), choices=s.choices(("高一（1）班", "Grade 10, class 1"), ("高一（2）班", "Grade 10, class 2"), chosen=1)),
            Filter("status", s("状态", "Status"), choices=s.choices(("在读", "Enrolled"), ("休学", "Suspended"))),
            Filter("since", s("入学不早于", "Arrived since"), "date"),
        )  # fmt: skip

    def tree(self) -> tuple[Branch, ...]:
        """Units of a school."""
        s = self
        classes = tuple(
            Branch(s(f"高一（{n}）班", f"Grade 10, class {n}"), "/record", s("52 人", "52 students"), current=n == 2)
            for n in (1, 2, 3)
        )
        grades = (
            Branch(s("高一年级", "Grade 10"), "/record", "", True, below=classes),
            Branch(s("高二年级", "Grade 11"), "/record"),
        )
        return (
            Branch(s("东校区", "East campus"), "/record", "", True, below=grades),
            Branch(s("西校区", "West campus"), "/record"),
        )
