"""A small school: two entities with every kind of field that tables and schemas treat differently."""

from __future__ import annotations

from datetime import date

from shuyuan.engine.model import (
    Code,
    CodeList,
    Entity,
    Expr,
    Field,
    Form,
    Item,
    Model,
    Option,
    Rule,
    Section,
    Sort,
    Step,
    Text,
    View,
    Workflow,
)

KINSHIP = CodeList(
    "l1",
    "kinship",
    Text("亲属关系", "Kinship"),
    (
        Code("51", Text("父亲", "Father")),
        Code("52", Text("母亲", "Mother")),
        Code("99", Text("其他", "Other"), valid_to=date(2020, 1, 1)),
    ),
)
SEX = CodeList("l2", "sex", Text("性别", "Sex"), (Code("1", Text("男", "Male")), Code("2", Text("女", "Female"))))

CAMPUS = Entity(
    "e0",
    "campus",
    Text("校区", "Campus"),
    (Field("f1", "name", "text", Text("名称", "Name"), required=True, unique=True),),
    Expr("name"),
    unit=("self",),
)

CLASS = Entity(
    "e1",
    "class",
    Text("班级", "Class"),
    (
        Field("f1", "name", "text", Text("名称", "Name"), required=True),
        Field("f2", "campus", "campus", Text("校区", "Campus")),
        Field("f3", "status", "choice", Text("状态", "Status"),
              choices=(Option("o1", "open", Text("开放", "Open")), Option("o2", "closed", Text("关闭", "Closed")))),
    ),
    Expr("name"),
    unit=("self",),
    parent="campus",
    sort=("name",),
)  # fmt: skip

STUDENT = Entity(
    "e2",
    "student",
    Text("学生", "Student"),
    (
        Field("f1", "student_no", "serial", Text("学号", "Student number"), {"number": "{year}{seq:5}"}, unique=True),
        Field("f2", "name", "person_name", Text("姓名", "Name"), {"maxLength": 60}, required=True, search=True),
        Field("f3", "id_number", "resident_id", Text("身份证号", "Resident id"), unique=True, sensitive="identity"),
        Field("f4", "birth_date", "date", Text("出生日期", "Birth date"),
              value=Expr("birth date(id_number)"), override=True),
        Field("f5", "class", "class", Text("班级", "Class"), {"where": 'status = "open"'}, required=True),
        Field("f6", "boarding", "choice", Text("住宿", "Boarding"), default="day",
              choices=(Option("o1", "day", Text("走读", "Day")), Option("o2", "boarder", Text("住校", "Boarder")))),
        Field("f7", "dorm", "text", Text("床位", "Bed"), {"maxLength": 40}, required=True,
              when=Expr('boarding = "boarder"')),
        Field("f8", "tags", "multi_choice", Text("标签", "Tags"), {"maxItems": 2},
              choices=(Option("o1", "art", Text("艺术", "Art")), Option("o2", "sport", Text("体育", "Sport")),
                       Option("o3", "music", Text("音乐", "Music")))),
        Field("f9", "fee", "money", Text("费用", "Fee"), {"minimum": 0}),
        Field("fa", "photo", "image", Text("照片", "Photo")),
        Field("fb", "status", "state", Text("状态", "Status"), {"of": "student_status"}, default="applied"),
        Field("fc", "guardians", "rows", Text("监护人", "Guardians"), {"max": 4}, rows=(
            Field("r1", "name", "person_name", Text("姓名", "Name"), required=True),
            Field("r2", "phone", "phone", Text("电话", "Phone"), sensitive="contact", unique=True),
            Field("r3", "relation", "code", Text("关系", "Relation"), {"list": "kinship"}),
            Field("r4", "called", "text", Text("称呼", "Called"), value=Expr("name + \" (\" + phone + \")\"")),
        )),
        Field("fd", "age", "computed", Text("年龄", "Age"), {"as": "integer"}, value=Expr("age(birth_date)")),
        Field("fe", "email", "email", Text("邮箱", "Email")),
        Field("ff", "campus_name", "text", Text("校区名", "Campus name"), value=Expr("class.campus.name")),
    ),
    Expr('name + " (" + student_no + ")"'),
    unit=("class",),
    person=True,
    rules=(
        Rule(Expr("age(birth_date) < 14 and count(guardians) = 0"),
             Text("未满 14 周岁须填写监护人", "Under 14 a guardian is needed"), ("guardians",)),
        Rule(Expr("fee > 10000"), Text("费用偏高", "The fee is high"), ("fee",), warning=True),
    ),
    sort=("-name",),
    unique=(("name", "class"),),
    indexes=(("class", "boarding"),),
)  # fmt: skip

STATUS = Workflow(
    "w1",
    "student_status",
    "student",
    Text("学籍状态", "Status"),
    "applied",
    (Step("s1", "applied", Text("申请中", "Applied")), Step("s2", "enrolled", Text("在读", "Enrolled"), end="ok")),
)

INTAKE = Form(
    "m1",
    "student_intake",
    "student",
    Text("学生登记", "Intake"),
    (
        Section(Text("基本", "Basics"), ((Item("name"), Item("id_number")), (Item("birth_date"), Item("class")))),
        Section(Text("住宿", "Boarding"), ((Item("boarding"), Item("dorm")),)),
        Section(Text("监护人", "Guardians"), ((Item("guardians"),),), when=Expr("age(birth_date) < 18")),
        Section(Text("费用", "Fees"), ((Item("fee", readonly=True),),)),
    ),
)

MODEL = Model(
    entities={e.name: e for e in (CAMPUS, CLASS, STUDENT)},
    codelists={"kinship": KINSHIP, "sex": SEX},
    forms={"student_intake": INTAKE},
    workflows={"student_status": STATUS},
    views={
        "by_fee": View("v1", "by_fee", "student", Text("按费用", "By fee"), (("name",),), sort=(Sort(("fee",), True),))
    },
)
